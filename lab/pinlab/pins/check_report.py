"""The answer of `pinlab pins check` as text and as JSON. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from pinlab.core.text import printable
from pinlab.pins.check import CheckResult, CheckRow
from pinlab.pins.decide import PinOutcome
from pinlab.pins.model import Kind
from pinlab.pins.spelling import encode

SCHEMA = "pinlab.pins-check/1"
_LABELS = {
    PinOutcome.ACCEPTED: "accepted",
    PinOutcome.NOT_PINNED: "NOT PINNED:",
    PinOutcome.REPORT_ONLY: "only reported:",
    PinOutcome.REFUSED: "REFUSED: would lock out:",
    PinOutcome.CANNOT_START: "REFUSED: would lock out:",
}


def render(checked: CheckResult) -> str:
    """The text: each file, then findings across files, then the conclusion."""
    chain = checked.chain
    key = encode(chain.leaf.digest(Kind.SPKI) or b"")
    lines = [f"{chain.source}: {chain.leaf.name}, sha256/{key}, {len(chain.links)} in the chain"]
    lines += [f"remark: {remark}" for remark in checked.remarks]
    for (file, name), rows in groupby(checked.rows, key=lambda row: (row.file, row.format)):
        lines += ["", f"{file} ({name})"]
        for row in rows:
            lines += _row(row)
    if checked.findings:
        lines += ["", *(f"finding: {finding}" for finding in checked.findings)]
    return "\n".join([*(printable(line, 600) for line in lines), "", conclusion(checked)])


def conclusion(checked: CheckResult) -> str:
    """The last line, which explains the exit status."""
    outcomes = [row.decision.outcome for row in checked.rows]
    locked = sum(outcome.locks_out for outcome in outcomes)
    unpinned = len(outcomes) - locked - outcomes.count(PinOutcome.ACCEPTED)
    if checked.good:
        return "Every file accepts the chain by a pin."
    parts = [f"{locked} would lock out"] if locked else []
    parts += [f"{unpinned} let it through without a pin"] if unpinned else []
    return (
        f"Of {len(outcomes)} checks, {' and '.join(parts)}."
        if parts
        else "Nothing was checked: no pin file has an entry."
    )


def _row(row: CheckRow) -> list[str]:
    text = f"{_LABELS[row.decision.outcome]} {row.decision.why}"
    host = row.host or "-"
    return [f"  {host:<28} {text}", *(f"  {'':<28}   {hint}" for hint in row.hints)]


def as_json(checked: CheckResult) -> dict[str, Any]:
    """The answer as JSON."""
    chain = checked.chain
    return {
        "schema": SCHEMA,
        "accepted": checked.good,
        "at": checked.at.isoformat(),
        "chain": {
            "source": chain.source,
            "what": chain.what,
            "names": list(chain.names),
            "spki_sha256": [encode(link.digest(Kind.SPKI) or b"") for link in chain.links],
        },
        "checks": [
            {
                "file": row.file,
                "format": row.format,
                "host": row.host or None,
                "pattern": row.pattern or None,
                "outcome": str(row.decision.outcome),
                "locked_out": row.decision.outcome.locks_out,
                "pin": row.decision.pin,
                "chain_index": row.decision.link,
                "why": row.decision.why,
                "hints": list(row.hints),
            }
            for row in checked.rows
        ],
        "findings": list(checked.findings),
        "remarks": list(checked.remarks),
    }
