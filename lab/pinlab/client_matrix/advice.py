"""What a client's user must know, as sentences: each rule reads verdicts and nothing else.

No rule knows a client. A deviation about which no rule speaks is named as it is, so that nothing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pinlab.client_matrix.data import Client, Met


@dataclass(frozen=True)
class AdviceRule:
    """It speaks where the client came to `verdict` in a case of `scenarios` (globs)."""

    scenarios: tuple[str, ...]
    verdict: str
    sentence: str
    unless: str | None = None
    """The sentence of a rule that says this already."""

    def reads(self, met: Met) -> bool:
        """Is this case one of its own?"""
        return met.verdict == self.verdict and any(
            fnmatchcase(met.scenario, scenario) for scenario in self.scenarios
        )


NO_PIN = "Is not protected by a pin: a certificate from any CA in its trust store is accepted."
PIN_IS_ALL = (
    "The pin stands for every other check: with a pinned key, a certificate that no one vouches for, that is "
    "over, or that is for another host is accepted."
)
LEAF_ONLY = "Pins the leaf only: the pin of a CA never matches, so the backup must be a key of your own."
RULES = (
    AdviceRule(("misissued/by_our_authority",), "BREACHED", NO_PIN),
    AdviceRule(
        ("untrusted/*", "rogue_ca/not_in_trust_store", "staging/internal_authority_in_production"),
        "BREACHED",
        PIN_IS_ALL,
    ),
    AdviceRule(
        ("misissued/*", "rogue_ca/*"),
        "BREACHED",
        "Accepts a rogue certificate in some situations, in spite of the pin.",
        unless=NO_PIN,
    ),
    AdviceRule(
        ("staging/hosts_mixed_up", "wrong_name/*"),
        "BREACHED",
        "With a pinned key, a certificate for another host is accepted.",
        unless=PIN_IS_ALL,
    ),
    AdviceRule(
        ("expiry/*", "staging/node_left_behind"),
        "BREACHED",
        "With a pinned key, a certificate whose time is over is accepted.",
        unless=PIN_IS_ALL,
    ),
    AdviceRule(
        (
            "valid/intermediate_pinned",
            "misissued/authority_pinned",
            "rotation/new_intermediate_root_pinned",
            "staging/cross_signed_for_old_clients",
            "staging/internal_authority",
        ),
        "LOCKED_OUT",
        LEAF_ONLY,
    ),
    AdviceRule(
        ("valid/root_pinned_not_sent",),
        "LOCKED_OUT",
        "Finds the pin of a CA only if the server sends its certificate; a root is mostly not sent.",
        unless=LEAF_ONLY,
    ),
    AdviceRule(
        (
            "rotation/renewed_same_key",
            "rotation/new_authority_leaf_pinned",
            "staging/nodes_on_both_pinned_keys",
            "valid/edge_with_pinned_key",
        ),
        "LOCKED_OUT",
        "Pins a whole certificate: every renewal locks users out, even one that keeps the key.",
    ),
    AdviceRule(
        (
            "rotation/to_*",
            "rotation/roll_forward_and_back",
            "pin_set/order_does_not_matter",
            "pin_set/many_pins",
            "staging/blue_green_both_pinned",
        ),
        "LOCKED_OUT",
        "Takes one pin: there is no backup, and a new key locks out everybody who has not updated.",
    ),
    AdviceRule(
        ("session/resume_*_change", "session/resume_on_rogue"),
        "BREACHED",
        "Does not check again on resumption: new pins or a narrower trust store take hold only with the next "
        "full handshake.",
        unless=NO_PIN,
    ),
    AdviceRule(
        ("session/pool_reuse_other_pins", "session/expires_mid_connection"),
        "BREACHED",
        "Uses an open connection again after the pins have changed or ended.",
    ),
    AdviceRule(
        ("session/cross_host",),
        "BREACHED",
        "Takes the session of one host to another, where nothing is checked.",
    ),
    AdviceRule(
        ("session/stolen_ticket_key", "session/early_data_rogue"),
        "BREACHED",
        "Resumes sessions: who holds the server's ticket key is the server, whatever is pinned.",
    ),
    AdviceRule(
        ("proxy/connect_*", "proxy/socks5_*", "proxy/https_rogue_ca"),
        "BREACHED",
        "Pins are not in force behind a proxy.",
        unless=NO_PIN,
    ),
    AdviceRule(("proxy/https_wrong_name",), "BREACHED", "Does not check the name of an HTTPS proxy."),
    AdviceRule(("proxy/https_untrusted",), "BREACHED", "Does not check who vouches for an HTTPS proxy."),
    AdviceRule(("proxy/https",), "LOCKED_OUT", "Asks an HTTPS proxy for a pinned key too."),
    AdviceRule(
        ("smuggled_pin/*",),
        "BREACHED",
        "Looks for the pin in the list that the server sent, and not in the chain that was verified "
        "(the fault of CVE-2016-2402).",
        unless=NO_PIN,
    ),
    AdviceRule(
        ("path_building/*", "staging/cross_signed_for_new_clients"),
        "BREACHED",
        "Finds the pin in any chain that can be built, not only in the one that was chosen.",
        unless=NO_PIN,
    ),
    AdviceRule(
        ("pin_set/empty",),
        "BREACHED",
        "An empty pin set is no pinning at all: a lost setting goes unnoticed.",
        unless=NO_PIN,
    ),
    AdviceRule(("pin_set/*",), "WRONG_REASON", "A pin that cannot be read is noticed only when it connects."),
    AdviceRule(
        ("pin_set/one_of_two_malformed",),
        "BREACHED",
        "Ignores a pin that cannot be read beside a good one, so the backup may be missing unnoticed.",
        unless=NO_PIN,
    ),
    AdviceRule(("redirect/*",), "BREACHED", "Follows a redirect to where no pin is in force.", unless=NO_PIN),
    AdviceRule(
        ("spelling/trailing_dot",),
        "LOCKED_OUT",
        "A host name with a final dot matches no certificate.",
    ),
)
"""In the order of the sentences."""


def advice(client: Client) -> list[str]:
    """The sentences for a client's user, the gravest first."""
    sentences: list[str] = []
    left = [case for case in client.met if case.was_judged and not case.as_expected]
    if client.facts["pins"] == "none":
        sentences.append("Has no pins to set.")
    for rule in RULES:
        mine = [case for case in left if rule.reads(case)]
        if not mine:
            continue
        left = [case for case in left if case not in mine]
        if rule.sentence not in sentences and rule.unless not in sentences:
            sentences.append(rule.sentence)
    return sentences or (
        [] if left else ["Nothing: it did what a good client does wherever it could be asked."]
    )


def others(client: Client) -> dict[str, list[str]]:
    """Scenarios about which no rule speaks, by the verdict to which they came; what is open is distinguished."""
    found: dict[str, list[str]] = {}
    for case in client.met:
        if not case.was_judged or case.as_expected or case.verdict == "INCONCLUSIVE":
            continue
        if not any(rule.reads(case) for rule in RULES):
            names = found.setdefault(case.verdict, [])
            names += [case.scenario] if case.scenario not in names else []
    return found


def left_open(client: Client) -> list[Met]:
    """What could not be concluded; each has its cause."""
    return [case for case in client.met if case.verdict == "INCONCLUSIVE"]


def limits(client: Client) -> list[tuple[str, int]]:
    """Why scenarios could not be tried, and how many cases each reason stands for, the most first."""
    counts: dict[str, int] = {}
    for case in client.met:
        if not case.was_judged and case.as_expected is False:
            cause = _without_ports(case.cause)
            counts[cause] = counts.get(cause, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _without_ports(cause: str) -> str:
    """A cause may name a port of the run: the same reason then has many texts."""
    head, found, _ = cause.partition("://127.0.0.1:")
    return f"{head}://…" if found else cause


def excuses(mets: Sequence[Met]) -> dict[str, list[str]]:
    """Scenarios by the reason for which their deviation is known."""
    by: dict[str, list[str]] = {}
    for met in mets:
        if met.known and met.scenario not in by.setdefault(met.known, []):
            by[met.known].append(met.scenario)
    return by
