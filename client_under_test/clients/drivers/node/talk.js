// What the Node drivers share: visits line by line, pins as a careful app reads them, the pin check, the outcome line.
// The pin check is given to Node as `checkServerIdentity`, the hook that its documentation names for pinning.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const readline = require("node:readline");
const tls = require("node:tls");

class BadPins extends Error {}

// The pins as a set of base64 hashes, null for no pinning; throws BadPins for what is no SHA-256.
function readPins(brief) {
  if (brief.pins === null) return null;
  const texts = brief.pins.map((pin) => pin.replace(/^sha256\//, ""));
  const good = (text) => /^[A-Za-z0-9+/]{43}=$/.test(text);
  if (texts.length === 0 || !texts.every(good)) throw new BadPins("a pin set needs pins of 32 bytes each, in base64");
  return new Set(texts);
}

const spkiHash = (der) =>
  crypto.createHash("sha256").update(new crypto.X509Certificate(der).publicKey.export({ type: "spki", format: "der" })).digest("base64");

// The name first, then the pin of the leaf: what Node hands over is the chain as presented, so no more is asked of it.
function identityCheck(pins) {
  return (host, certificate) => {
    const fault = tls.checkServerIdentity(host, certificate);
    if (fault || pins === null) return fault;
    return pins.has(spkiHash(certificate.raw)) ? undefined : new Error("pinlab: no pinned key");
  };
}

// What node:tls and whatever is built on it need for a visit; `lookup` brings it to the lab.
function tlsOptions(brief) {
  return {
    ca: fs.readFileSync(brief.ca_file, "utf8").match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g),
    checkServerIdentity: identityCheck(readPins(brief)),
    lookup: (_name, options, done) =>
      options.all ? done(null, [{ address: brief.address, family: 4 }]) : done(null, brief.address, 4),
  };
}

function words(error) {
  const words = [];
  for (let cause = error; cause && words.length < 4; cause = cause.cause) words.push(`${cause.code ?? cause.name}: ${cause.message}`);
  return words.join(" <- ").slice(0, 480);
}

async function outcome(visit, brief) {
  if (brief.clock_s) return { claim: "unsupported", detail: "its clock cannot be set" };
  try {
    const { status, body } = await visit(brief);
    return { claim: "accept", status, body: String(body).slice(0, 200) };
  } catch (error) {
    return { claim: "reject", reason: error instanceof BadPins ? "config_invalid" : null, detail: words(error) };
  }
}

// Make each visit that stdin asks for; `visit` resolves to {status, body}, or rejects.
async function serve(visit) {
  let brief = null;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    brief = { ...brief, ...JSON.parse(line) };
    brief.path ??= new URL(brief.url).pathname;
    brief.url = `https://${brief.host}:${brief.port}${brief.path}`;
    const line = JSON.stringify(await outcome(visit, brief));
    await new Promise((done) => process.stdout.write(`${line}\n`, done));
    if (!brief.session) break;
  }
  process.exit(0);
}

module.exports = { serve, tlsOptions, readPins, identityCheck };
