"""Measures what renewals do to keys: by default, with a policy, from another root, at a CA started anew.

Each policy starts from nothing, for certbot remembers the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from pinlab.renewals.certbot import DEFAULT, REUSE, Certbot, Policy
from pinlab.renewals.chain import RenewalChange, RenewedChain
from pinlab.renewals.errors import RenewalError
from pinlab.renewals.pebble import Pebble, running_pebble
from pinlab.renewals.pinned_client import ACCEPTED

OnMessage = Callable[[str], None]
"""Is called with what is being done, for anyone who waits."""


@dataclass(frozen=True)
class MeasuredRenewal:
    """Every renewal that was made, and by what."""

    tool: str
    renewals: tuple[RenewalChange, ...]


def measure(folder: Path, more: tuple[Policy, ...], on_message: OnMessage) -> MeasuredRenewal:
    """Renew by default, with `--reuse-key` and with `more`. RenewalError: a program failed."""
    policies = [pair for pair in dict.fromkeys((DEFAULT, *more)) if pair != REUSE]
    with running_pebble(folder / "ca-1") as ca:
        made = [
            _with_policy(folder / f"tool-{n}", ca, policy, on_message) for n, policy in enumerate(policies)
        ]
        keeper = Certbot(folder / "keeper")
        made += _keeping(keeper, ca, on_message)
    with running_pebble(folder / "ca-2") as anew:
        made.append(_at_a_new_generation(keeper, anew, made[-1].after, on_message))
    return MeasuredRenewal(keeper.version(), tuple(made))


def _with_policy(folder: Path, ca: Pebble, policy: Policy, on_message: OnMessage) -> RenewalChange:
    what, tool = " ".join(policy) or "(default)", Certbot(folder)
    on_message(f"certbot issues, and renews: {what}")
    return _renewed(what, policy, tool, ca, tool.issue(ca), policy)


def _keeping(tool: Certbot, ca: Pebble, on_message: OnMessage) -> Iterator[RenewalChange]:
    """Renew with `--reuse-key`, again without a word of it, and by the alternate chain (RFC 8555 7.4.2)."""
    steps = (
        ("--reuse-key", REUSE),
        ("(none, after --reuse-key)", ()),
        ("--preferred-chain, of the other root", ("--preferred-chain", _common_name(ca.roots[1]))),
    )
    on_message("certbot issues a certificate whose key is to be kept")
    before = tool.issue(ca)
    for what, options in steps:
        on_message(f"certbot renews: {what}")
        made = _renewed(what, REUSE, tool, ca, before, options)
        yield made
        before = made.after


def _at_a_new_generation(
    tool: Certbot, anew: Pebble, before: RenewedChain, on_message: OnMessage
) -> RenewalChange:
    on_message("certbot renews at a CA that was started anew")
    return _renewed("(none, the CA started anew)", REUSE, tool, anew, before, ())


def _renewed(
    what: str, policy: Policy, tool: Certbot, ca: Pebble, before: RenewedChain, options: tuple[str, ...]
) -> RenewalChange:
    after = tool.renew(ca, *options)
    made = RenewalChange(what, policy, before, after, tool.meet(ca, before.leaf))
    if made.keeps_key != (made.app == ACCEPTED):
        raise RenewalError(f"{what}: the key is {_key_policy(made)}, but a client that pins it: {made.app}")
    return made


def _key_policy(renewal: RenewalChange) -> str:
    return "kept" if renewal.keeps_key else "new"


def _common_name(root: x509.Certificate) -> str:
    return str(root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
