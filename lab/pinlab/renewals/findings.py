"""A plan's word on keys against what was measured: findings of ROT005, ROT092 where nothing was. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pinlab.renewals.certbot import Policy, policy_of
from pinlab.renewals.measure import MeasuredRenewal
from pinlab.rotation.lint.finding import RULES, Finding
from pinlab.rotation.lint.rules.keys import planned_key
from pinlab.rotation.lint.rules.rehearsal import CELL_NOT_REHEARSED
from pinlab.rotation.model.rotation_model import RotationModel
from pinlab.rotation.plan.model import Plan

TOOL = "certbot"
MANUAL = "manual"


@dataclass(frozen=True)
class Promise:
    """What a plan counts on for one certificate that a tool renews."""

    certificate: str
    tool: str
    key: Literal["same", "new"]
    policy: str | None

    @property
    def where(self) -> str:
        """Give its place for a finding."""
        return f"certificate {self.certificate}"

    @property
    def options(self) -> Policy | None:
        """Give the options to measure; None: the lab cannot."""
        return policy_of(self.policy) if self.tool.lower() == TOOL else None


def promises_of(plan: Plan) -> tuple[Promise, ...]:
    """Give every promise of a plan; a certificate that follows none promises nothing unless it says so."""
    model, found = RotationModel(plan), []
    for name, certificate in plan.certificates.items():
        if certificate.renewal is None or certificate.renewal.tool == MANUAL:
            continue
        key = planned_key(model, name, certificate.renewal)
        if key is not None:
            found.append(Promise(name, certificate.renewal.tool, key, certificate.renewal.policy))
    return tuple(found)


def expected_policies(promises: tuple[Promise, ...]) -> tuple[Policy, ...]:
    """Give what must be measured for these promises, each once."""
    return tuple(dict.fromkeys(promise.options for promise in promises if promise.options is not None))


def compare(promises: tuple[Promise, ...], measured: MeasuredRenewal) -> tuple[Finding, ...]:
    """Hold each promise against every renewal under its policy."""
    return tuple(finding for promise in promises for finding in _held(promise, measured))


def unmeasured(promise: Promise, why: str) -> Finding:
    """Give the finding that nothing is known."""
    fix = "renew it at a staging CA, and compare with `pinlab pins check --chain`"
    return CELL_NOT_REHEARSED.finding(promise.where, f"its renewal was not rehearsed: {why}", fix)


def _held(promise: Promise, measured: MeasuredRenewal) -> Iterator[Finding]:
    if promise.options is None:
        named = f'{promise.tool} with policy "{promise.policy}"' if promise.policy else promise.tool
        yield unmeasured(promise, f"the lab has no {named}")
        return
    for renewal in measured.renewals:
        if renewal.policy != promise.options or renewal.keeps_key == (promise.key == "same"):
            continue
        stored = "kept the key" if renewal.keeps_key else "made a new key"
        wrong = (
            f"the plan counts on {'the same' if promise.key == 'same' else 'a new'} key; {measured.tool} "
            f"renewed for real, option {renewal.what}, and {stored}: {renewal.before.leaf} before, "
            f"{renewal.after.leaf} after"
        )
        option = "--reuse-key" if promise.key == "same" else "--new-key"
        fix = f'renew with {option} and write policy = "{option}", or plan for what the tool does'
        yield RULES["ROT005"].finding(promise.where, wrong, fix)
        return
