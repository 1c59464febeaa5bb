"""urllib3 with assert_fingerprint: one hash of the whole leaf certificate. Proxies by ProxyManager."""

from __future__ import annotations

import talk
import urllib3


def visit(brief: dict) -> tuple[int, str]:
    options = {"ca_certs": brief["ca_file"], "cert_reqs": "CERT_REQUIRED", "retries": False}
    options["timeout"] = brief["timeout_ms"] / 1000
    if brief["fingerprint"] is not None:
        options["assert_fingerprint"] = brief["fingerprint"]
    headers = {"X-Pinlab-Canary": brief["canary"]}
    if brief["proxy"]:
        answer = urllib3.ProxyManager(brief["proxy"], **options).request("GET", brief["url"], headers=headers)
    else:
        names = {"server_hostname": brief["host"], "assert_hostname": brief["host"]}
        pool = urllib3.HTTPSConnectionPool(brief["address"], brief["port"], **names, **options)
        headers["Host"] = f"{brief['host']}:{brief['port']}"
        answer = pool.request("GET", brief["path"], headers=headers)
    return answer.status, answer.data.decode("latin-1")


talk.serve(visit)
