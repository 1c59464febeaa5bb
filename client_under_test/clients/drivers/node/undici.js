// undici's Agent and ProxyAgent, pinned by checkServerIdentity in `connect` and `requestTls`.
"use strict";
const { Agent, ProxyAgent, request } = require("undici");
const { serve, tlsOptions } = require("./talk.js");

serve(async (brief) => {
  const connect = tlsOptions(brief);
  const dispatcher = brief.proxy
    ? new ProxyAgent({ uri: brief.proxy, requestTls: connect })
    : new Agent({ connect, connectTimeout: brief.timeout_ms });
  const headers = { "X-Pinlab-Canary": brief.canary };
  const limits = { headersTimeout: brief.timeout_ms, bodyTimeout: brief.timeout_ms };
  const { statusCode, body } = await request(brief.url, { dispatcher, headers, ...limits });
  const text = await body.text();
  await dispatcher.close();
  return { status: statusCode, body: text };
});
