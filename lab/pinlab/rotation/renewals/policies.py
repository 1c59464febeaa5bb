"""The key policies of certbot that can be rehearsed. A plan's text is data: it never becomes an option."""

from __future__ import annotations

Policy = tuple[str, ...]
DEFAULT: Policy = ()
REUSE: Policy = ("--reuse-key",)
_KNOWN: dict[str, Policy] = {
    "--reuse-key": REUSE,
    "reuse_key=true": REUSE,  # what certbot writes into the renewal file for that option
    "--no-reuse-key": ("--no-reuse-key",),
    "--new-key": ("--new-key",),
}


def policy_of(text: str | None) -> Policy | None:
    """Give the options that a plan's `policy` means; None where the lab does not know it."""
    if text is None:
        return DEFAULT
    return _KNOWN.get("".join(text.lower().removeprefix("certbot").removeprefix(" renew").split()))
