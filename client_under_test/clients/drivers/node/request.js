// The npm package `request`, pinned by checkServerIdentity, with its own option for a proxy.
"use strict";
const request = require("request");
const { serve, tlsOptions } = require("./talk.js");

serve(
  (brief) =>
    new Promise((done, fail) => {
      const { checkServerIdentity, ca, lookup } = tlsOptions(brief);
      const options = { url: brief.url, ca, timeout: brief.timeout_ms, headers: { "X-Pinlab-Canary": brief.canary } };
      if (brief.proxy) options.proxy = brief.proxy;
      else Object.assign(options, { lookup, proxy: null });
      request.get({ ...options, checkServerIdentity, agentOptions: { checkServerIdentity } }, (error, answer, body) =>
        error ? fail(error) : done({ status: answer.statusCode, body }));
    }),
);
