"""The results of a run as JUnit XML, for build servers.

Not as expected is a failure with the transcript, INCONCLUSIVE an error, everything not judged or known is skipped.
Bytes that XML cannot carry are written as \\xNN.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as xml

from pinlab.core.enums import ResultOutcome
from pinlab.core.files import write_atomically
from pinlab.runner.results import Result, RunFacts

# XML 1.0 section 2.2: what is no Char, even as a reference; DEL and C1 are legal but upset terminals.
_NOT_XML = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENT = {
    ResultOutcome.FAILED: "failure",
    ResultOutcome.ERROR: "error",
    ResultOutcome.SKIPPED: "skipped",
}


def document(run: RunFacts, results: Sequence[Result]) -> str:
    """The whole report as XML text: one suite for each family."""
    counts = _counts(results)
    del counts["skipped"]  # the usual schema, Jenkins' junit-10.xsd, knows it on suites alone
    root = xml.Element("testsuites", {"name": "pinlab", **counts})
    by_family = sorted(results, key=lambda result: result.family)
    for family, group in groupby(by_family, key=lambda result: result.family):
        root.append(_suite(family, run, list(group)))
    xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"


def write_junit(path: Path, run: RunFacts, results: Sequence[Result]) -> None:
    """Write the report. Raises OSError."""
    write_atomically(path, document(run, results))


def clean(text: str) -> str:
    """`text` with every character that XML 1.0 cannot carry spelled out."""
    return _NOT_XML.sub(lambda found: _spelled(ord(found[0])), text)


def _spelled(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _counts(results: Sequence[Result]) -> dict[str, str]:
    outcomes = [result.outcome for result in results]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count(ResultOutcome.FAILED)),
        "errors": str(outcomes.count(ResultOutcome.ERROR)),
        "skipped": str(outcomes.count(ResultOutcome.SKIPPED)),
        "time": f"{sum(result.duration_ms for result in results) / 1000:.3f}",
    }


def _suite(family: str, run: RunFacts, results: Sequence[Result]) -> xml.Element:
    suite = xml.Element("testsuite", {"name": clean(family), "timestamp": run.started, **_counts(results)})
    properties = xml.SubElement(suite, "properties")
    for name, value in run.to_json().items():
        xml.SubElement(properties, "property", {"name": name, "value": clean(str(value))})
    for result in results:
        suite.append(_case(result))
    return suite


def _case(result: Result) -> xml.Element:
    name = f"{result.scenario.split('/', 1)[-1]}[{result.client}-tls{result.tls}-{result.via}]"
    facts = {"classname": f"pinlab.{result.family}", "name": name, "time": f"{result.duration_ms / 1000:.3f}"}
    case = xml.Element("testcase", {key: clean(value) for key, value in facts.items()})
    element = _ELEMENT.get(ResultOutcome(result.outcome))
    if element:
        message = f"known: {result.known}" if result.known else result.cause
        text = f"{result.verdict}, expected {result.expected}: {message}"
        entry = xml.SubElement(case, element, {"message": clean(text), "type": str(result.verdict)})
        entry.text = clean(result.transcript) if element != "skipped" and result.transcript else None
    return case
