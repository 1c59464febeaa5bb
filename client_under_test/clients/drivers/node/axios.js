// axios over a node:https agent that carries checkServerIdentity; axios has no pins of its own.
"use strict";
const https = require("node:https");
const axios = require("axios");
const { serve, tlsOptions } = require("./talk.js");

serve(async (brief) => {
  const httpsAgent = new https.Agent({ ...tlsOptions(brief), keepAlive: false });
  const headers = { "X-Pinlab-Canary": brief.canary };
  const options = { httpsAgent, headers, timeout: brief.timeout_ms, proxy: false, validateStatus: () => true };
  const answer = await axios.get(brief.url, { ...options, responseType: "text" });
  return { status: answer.status, body: answer.data };
});
