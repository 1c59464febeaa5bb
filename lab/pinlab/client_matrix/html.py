"""The comparison as one self-contained HTML page, without a script; it reads on paper and in the dark."""

from __future__ import annotations

from pathlib import Path

from pinlab.client_matrix.advice import advice, excuses, left_open, limits, others
from pinlab.client_matrix.cell import MEANINGS, WORDS, row
from pinlab.client_matrix.data import ClientComparison
from pinlab.client_matrix.markdown import MARKS, anchor, fault, runs_of, stability
from pinlab.core.files import write_atomically
from pinlab.reports.html_shell import render

PAGE = Path(__file__).with_name("page")


def document(comparison: ClientComparison) -> str:
    """The page as text; links lead to its neighbours in lab/docs."""
    clients = [
        {
            "client": client,
            "anchor": anchor(client.name),
            "cells": list(zip(comparison.families, row(client, comparison.families), strict=True)),
            "advice": advice(client),
            "others": others(client),
            "open": left_open(client),
            "limits": limits(client),
            "known": excuses(client.met),
            "runs": runs_of(client),
            "fault": fault(client) if client.facts["known_bad"] else None,
        }
        for client in comparison.clients
    ]
    judged = sum(case.was_judged for client in comparison.clients for case in client.met)
    facts = {
        "comparison": comparison,
        "clients": clients,
        "judged": judged,
        "stability": stability(comparison),
    }
    return render(PAGE, "clients", {**facts, "marks": MARKS, "words": WORDS, "meanings": MEANINGS})


def write_page(path: Path, comparison: ClientComparison) -> None:
    """Write the page. Raises OSError."""
    write_atomically(path, document(comparison))
