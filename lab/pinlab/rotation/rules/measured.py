"""What only a rehearsal can find: rules without a check of their own."""

from __future__ import annotations

from pinlab.rotation.findings import RULES, Rule

DIFFER = Rule(
    "ROT090",
    "model-and-measurement-differ",
    "error",
    "A cell's verdict, measured by a real connection, is not the predicted one.",
    None,
)
CONTROL_PASSED = Rule(
    "ROT091",
    "negative-control-passed",
    "error",
    "A client accepted an attacker's chain that its pins should have refused: it does not pin.",
    None,
)
NOT_REHEARSED = Rule(
    "ROT092",
    "cell-not-rehearsed",
    "warning",
    "A cell could not be measured: the client or the clock could not be driven.",
    None,
)
RULES.update({rule.id: rule for rule in (DIFFER, CONTROL_PASSED, NOT_REHEARSED)})
