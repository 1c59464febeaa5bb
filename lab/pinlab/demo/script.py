"""What the demonstration shows, in order: acts, and in each the connections that are made while people watch.

Data only. Every demonstration names the verdict that it must come to: a transcript that did not happen is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from pinlab.core.enums import Verdict
from pinlab.judge.expectation import Variant

UNPINNED, PINNED, CARELESS = "openssl_cli", "reference", "flawed:pin_on_presented"
NAMES = {
    UNPINNED: "an app without pins (openssl s_client, every check on)",
    PINNED: "the app with pins (pinlab's reference client)",
    CARELESS: "an app that looks for its pin anywhere in what is sent",
}


@dataclass(frozen=True)
class Demonstration:
    """One connection: which client meets which scenario, and how it must end."""

    client: str
    scenario: str
    ends: Verdict
    variant: Variant = "itself"
    tls: str = "1.3"
    note: str = ""
    """What tells it from its neighbour, where the same app plays twice in one act."""


@dataclass(frozen=True)
class Chapter:
    """A title, the text before the connections, the connections, and what they have shown."""

    title: str
    says: str
    demonstrations: tuple[Demonstration, ...]
    moral: str


CHAPTERS = (
    Chapter(
        "A shop, an app, an ordinary day",
        "shop.test is a real HTTPS server on this machine. Two apps fetch a page from it and send a "
        "secret along, as every app sends a password or a token. One checks certificates as all software "
        "does: is it in time, is the name right, did a CA that I trust sign it? The other also "
        "knows the shop's keys by heart. That is pinning.",
        (
            Demonstration(UNPINNED, "valid/leaf", Verdict.SERVED),
            Demonstration(PINNED, "valid/leaf", Verdict.SERVED),
        ),
        "Both are served. On a good day no one can tell the two apart.",
    ),
    Chapter(
        "Someone answers in the shop's name",
        "The name shop.test now leads to an attacker. They hold a CA that the app trusts: a "
        "company's proxy, a malware's root, one of the hundred CAs that was broken into. With it "
        "they sign a perfect copy of the shop's certificate for a key of their own, and pass everything "
        "on to the real shop, so that it all works.",
        (Demonstration(UNPINNED, "spoofed_address/rogue_ca", Verdict.BREACHED),),
        "The certificate was in time, the name was right, a trusted CA had signed it. The app did "
        "nothing wrong, and its secret is gone.",
    ),
    Chapter(
        "And they can answer what they like",
        "Who can read can also write. On the way back the attacker changes the shop's answer.",
        (Demonstration(UNPINNED, "tamper/response", Verdict.BREACHED),),
        "A balance, a price, a piece of code: the app believes what it gets.",
    ),
    Chapter(
        "The same attacker meets the app with pins",
        "Nothing is changed but the client. The copy is as perfect as before, but its key is not the shop's.",
        (
            Demonstration(
                PINNED, "spoofed_address/rogue_ca", Verdict.HELD, note="the attacker wants to read"
            ),
            Demonstration(
                PINNED, "tamper/response", Verdict.HELD, note="the attacker wants to change the answer"
            ),
        ),
        "Refused before one byte of the app's data was sent. And it was the pin that refused: the same "
        "client accepted the same copy when the attacker's key was pinned, and the real shop with its own "
        "pins.",
    ),
    Chapter(
        "A trick against careless pinning",
        "The attacker appends the shop's real certificate to the forged chain. It is not part of what was "
        "verified, but it is among what was sent. Apps that search all that was sent for their pin have "
        "been fooled by this (CVE-2016-2402, OkHttp).",
        (
            Demonstration(CARELESS, "smuggled_pin/leaf_appended", Verdict.BREACHED),
            Demonstration(PINNED, "smuggled_pin/leaf_appended", Verdict.HELD),
        ),
        "A pin counts only in the chain that was verified. This is why pinning has to be tested, and not "
        "only written.",
    ),
    Chapter(
        "A pin does not replace the other checks",
        "Now there is no attacker: the shop forgot to renew, and its certificate has expired. The key is "
        "the pinned one.",
        (Demonstration(PINNED, "expiry/leaf", Verdict.HELD),),
        "Right key, wrong time: refused. Who checks only the pin accepts a certificate that was retired "
        "for a reason.",
    ),
    Chapter(
        "The shop changes its key, and has thought of it before",
        "Keys must be changed one day. The shop made a second key long ago, kept it offline and put its "
        "pin into the app beside the first: a backup pin. Today it moves to that key.",
        (Demonstration(PINNED, "rotation/to_backup", Verdict.SERVED),),
        "No one notices anything. That is what a good rotation looks like.",
    ),
    Chapter(
        "The shop changes its key, and has not",
        "The same move, to a key that this version of the app does not know. The certificate is "
        "perfectly valid.",
        (Demonstration(PINNED, "rotation/to_next_too_early", Verdict.LOCKED_OUT),),
        "The pinned app refuses, as it must: it cannot know that this stranger is the shop. Its users are "
        "locked out until they update. `pinlab rehearse` shows this before it happens.",
    ),
    Chapter(
        "What no pin can stop",
        "Someone takes the app apart, replaces the pins that it carries by their own, and gives it to a "
        "victim. Here the lab starts the same client with the attacker's key as its pin.",
        (Demonstration(PINNED, "rogue_ca/in_trust_store", Verdict.BREACHED, "repinned"),),
        "A pin protects the honest copy of an app on an honest device. Whether the copy is honest is a "
        "question for code signing and attestation, and for the server, which should trust no client "
        "blindly.",
    ),
)
