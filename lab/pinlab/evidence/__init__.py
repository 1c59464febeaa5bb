"""What was seen in a case: observations of the witnesses, what the client did and claimed; pure values.

`model` has the values, `connection` puts observations together by connection. Used by everything above; uses core
alone. Begin with `model`.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """`pinlab.evidence.Outcome`, as users' adapters import it, for one release."""
    if name not in ("Outcome", "Observation", "ClientRun", "Visit", "Evidence"):
        raise AttributeError(name)
    import warnings

    from pinlab.evidence import model

    text = f"pinlab.evidence.{name} is now pinlab.evidence.model.{name}; the old name works here for the last time"
    warnings.warn(text, FutureWarning, stacklevel=2)
    return getattr(model, name)
