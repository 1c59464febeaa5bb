"""Rules that only a rehearsal with real connections can judge; here are their names and what they mean."""

from __future__ import annotations

from pinlab.rotation.lint.finding import RULES, Rule

MODEL_AND_MEASUREMENT_DIFFER = Rule(
    "ROT090", "model-and-measurement-differ", "error", "Each measured verdict is the predicted one.", None
)
NEGATIVE_CONTROL_PASSED = Rule(
    "ROT091",
    "negative-control-passed",
    "error",
    "No client accepts an attacker's chain where a pin is in force.",
    None,
)
CELL_NOT_REHEARSED = Rule(
    "ROT092", "cell-not-rehearsed", "warning", "Every cell could be driven: client, clock and chain.", None
)
for _rule in (MODEL_AND_MEASUREMENT_DIFFER, NEGATIVE_CONTROL_PASSED, CELL_NOT_REHEARSED):
    RULES[_rule.id] = _rule
