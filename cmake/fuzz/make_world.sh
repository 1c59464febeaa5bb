#!/bin/sh
# make_world.sh MINT FOLDER: fresh certificates and keys of many shapes, and each certificate as DER too.
set -eu
rm -rf -- "$2"
"$1" >/dev/null <<RECIPE
{"schema": "pinlab.recipe/1", "out": "$2", "now": 1764000000,
 "keys": {"rsa": {"kind": "rsa2048"}, "p384": {"kind": "p384"}, "edwards": {"kind": "ed25519"},
          "compressed": {"same_as": "active", "encoding": "compressed"}, "active": {}},
 "authorities": {"root": {}, "issuing": {"issuer": "root", "path_length": 0},
                 "constrained": {"issuer": "root", "permitted_names": ["shop.test"]}},
 "identities": {"active": {"issuer": "issuing", "names": ["shop.test", "*.shop.test"], "ips": ["127.0.0.1", "::1"]},
                "by_rsa": {"key": "rsa", "issuer": "root", "names": ["shop.test"]},
                "by_p384": {"key": "p384", "issuer": "issuing", "names": ["shop.test"], "digest": "sha384"},
                "by_edwards": {"key": "edwards", "issuer": "constrained", "names": ["shop.test"]},
                "pressed": {"key": "compressed", "issuer": "root", "names": ["shop.test"]},
                "expired": {"key": "active", "issuer": "issuing", "names": ["shop.test"],
                            "not_before": -3456000, "not_after": -864000}}}
RECIPE
find "$2" -name '*.pem' | while read -r file; do
    openssl x509 -in "$file" -outform der -out "${file%.pem}.der" 2>/dev/null || rm -f -- "${file%.pem}.der"
done
