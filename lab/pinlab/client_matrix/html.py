"""The comparison as one self-contained HTML page, without a script; it reads on paper and in the dark."""

from __future__ import annotations

from pathlib import Path

from pinlab.client_matrix.advice import advice, excuses, left_open, limits, others
from pinlab.client_matrix.cell import MEANINGS, WORDS, row
from pinlab.client_matrix.data import Comparison
from pinlab.client_matrix.markdown import MARKS, anchor, fault, runs_of, stability
from pinlab.core.files import write_atomically
from pinlab.reports.html_shell import render

PAGE = Path(__file__).with_name("page")


def document(told: Comparison) -> str:
    """The page as text; links lead to its neighbours in lab/docs."""
    clients = [
        {
            "client": one,
            "anchor": anchor(one.name),
            "cells": list(zip(told.families, row(one, told.families), strict=True)),
            "advice": advice(one),
            "others": others(one),
            "open": left_open(one),
            "limits": limits(one),
            "known": excuses(one.met),
            "runs": runs_of(one),
            "fault": fault(one) if one.facts["known_bad"] else None,
        }
        for one in told.clients
    ]
    judged = sum(one.was_judged for client in told.clients for one in client.met)
    facts = {"told": told, "clients": clients, "judged": judged, "stability": stability(told)}
    return render(PAGE, "clients", {**facts, "marks": MARKS, "words": WORDS, "meanings": MEANINGS})


def write_page(path: Path, told: Comparison) -> None:
    """Write the page. Raises OSError."""
    write_atomically(path, document(told))
