"""Programs that a test needs besides the lab's own: where one is missing, a failure in CI and a skip elsewhere.

PINLAB_REQUIRE names the programs that must be there, separated by commas, or `all`; ci/test sets it in CI, after it has
installed ci/packages.test.txt.
"""

from __future__ import annotations

import os
import shutil

import pytest

VARIABLE = "PINLAB_REQUIRE"
PACKAGES = {"dumpcap": "wireshark-common", "node": "nodejs", "go": "golang-go"}
"""The Debian package of a program, where it has another name."""


def needs(*programs: str) -> pytest.MarkDecorator:
    """The mark of a test that starts `programs`; conftest asks for them before it runs."""
    return pytest.mark.needs(*programs)


def require(program: str) -> None:
    """Skip the test where `program` is missing, or fail it where it is required."""
    if shutil.which(program):
        return
    text = f"{program} is not installed: apt-get install {PACKAGES.get(program, program)}"
    required = os.environ.get(VARIABLE, "").split(",")
    if program in required or "all" in required:
        pytest.fail(f"{text} ({VARIABLE} requires it)")
    pytest.skip(text)
