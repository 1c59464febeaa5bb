"""What renewal tools do with the key: their default, and the setting that keeps it.

As of mid-2026; defaults move (cert-manager 1.18 went from keeping the key to making a new one), which is why
the linter asks for an explicit policy whatever the default is.
"""

from __future__ import annotations

_NEW, _SAME = "makes a new key by default", "keeps the key by default, which an upgrade may change"
_TOOLS = {
    "certbot": (_NEW, "--reuse-key (reuse_key = True in the renewal file)"),
    "cert-manager": ("makes a new key by default since 1.18", "spec.privateKey.rotationPolicy: Never"),
    "acme.sh": (_SAME, "no --always-force-new-domain-key"),
    "lego": (_NEW, "renew --reuse-key"),
    "caddy": (_NEW, "reuse_private_keys"),
    "traefik": (_SAME, "reusePrivateKey: true"),
    "acm": ("always makes a new key", "an imported certificate"),
    "key-vault": ("follows its policy", "ReuseKeyOnRenewal"),
}
_MAKES_NEW = ("--new-key", "--no-reuse-key", "rotationpolicy: always", "--always-force-new-domain-key")


def habit(tool: str) -> tuple[str, str]:
    """Give what a tool does by itself, and the setting that keeps the key."""
    return _TOOLS.get(tool.lower(), ("is not known to keep it", "the option that keeps the key"))


def makes_new_key(policy: str) -> bool:
    """Say whether a setting is known to make a new key."""
    return any(word in policy.lower() for word in _MAKES_NEW) and not policy.lower().startswith("no ")
