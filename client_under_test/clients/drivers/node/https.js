// node:https with one agent for all visits: it keeps sessions, as Node's own does, and no connections, so that each visit
// meets what there is to meet. A proxy is asked by hand, as Node itself knows none. With --sessions-by-address the program
// keeps the sessions itself, for each server that it connects to and not for each name, and hands Node the last one.
"use strict";
const http = require("node:http");
const https = require("node:https");
const { serve, tlsOptions } = require("./talk.js");

const agent = new https.Agent({ keepAlive: false });

const sessions = process.argv.includes("--sessions-by-address") ? new Map() : null;

function keepSession(request, brief) {
  const server = `${brief.address}:${brief.port}`;
  request.on("socket", (socket) => socket.on("session", (session) => sessions.set(server, session)));
}

function tunnel(brief) {
  const proxy = new URL(brief.proxy);
  return new Promise((done, fail) => {
    http
      .request({ host: proxy.hostname, port: proxy.port, method: "CONNECT", path: `${brief.host}:${brief.port}` })
      .on("connect", (answer, socket) =>
        answer.statusCode === 200 ? done(socket) : fail(new Error(`proxy answers ${answer.statusCode}`)))
      .on("error", fail)
      .end();
  });
}

serve(async (brief) => {
  const options = { agent, ...tlsOptions(brief), headers: { "X-Pinlab-Canary": brief.canary } };
  if (brief.proxy) Object.assign(options, { agent: new https.Agent({ socket: await tunnel(brief) }), servername: brief.host });
  if (sessions) Object.assign(options, { session: sessions.get(`${brief.address}:${brief.port}`) });
  return new Promise((done, fail) => {
    const request = https.get(brief.url, { ...options, timeout: brief.timeout_ms }, (answer) => {
      let body = "";
      answer.on("data", (piece) => (body += piece)).on("end", () => done({ status: answer.statusCode, body }));
      answer.on("error", fail);
    });
    if (sessions) keepSession(request, brief);
    request.on("timeout", () => request.destroy(new Error("timed out"))).on("error", fail);
  });
});
