"""The reference client's package, installed where a test says, and the example built against it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from pinlab.core.paths import ROOT
from pinlab.pki.world import World

EXAMPLES = ROOT / "client_under_test/examples"
PREFIX_FILES = (
    "lib/libpinlab_client.a",
    "lib/cmake/pinlab_client/pinlab_client-config.cmake",
    "include/pinlab/client/client.h",
    "share/pinlab_client/policy.schema.json",
)


def must(*words: str | Path, **more: str) -> str:
    """Run a build tool; its output, or the end of the test."""
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **more},
    )
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build_folder(programs: Path) -> Path:
    """The configured build that the programs under test come from."""
    folder = programs.parent
    if not (folder / "CMakeCache.txt").exists():
        pytest.fail(f"{folder} is no build folder: the package is installed from the build of the programs")
    return folder


def installed(programs: Path, prefix: Path) -> Path:
    """The prefix, with the package in it and nothing else of the lab."""
    must("cmake", "--install", build_folder(programs), "--component", "pinlab_client", "--prefix", prefix)
    return prefix


def is_sanitized(programs: Path) -> bool:
    """Whether the package needs the sanitizers' libraries in anyone who links it."""
    return "PINLAB_SANITIZE:BOOL=ON" in (build_folder(programs) / "CMakeCache.txt").read_text()


def shop(programs: Path, folder: Path, world: World) -> Path:
    """The example with the world's pins compiled in, linked as Linux does by default: dynamically."""
    prefix = installed(programs, folder / "prefix")
    flags = ["-DCMAKE_CXX_FLAGS=-fsanitize=address,undefined"] if is_sanitized(programs) else []
    pins = [f"-DSHOP_PIN_{name.upper()}={world.pin(name)}" for name in ("active", "backup")]
    build = folder / "build"
    must(
        *("cmake", "-G", "Ninja", "-S", EXAMPLES, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}"),
        *("-DCMAKE_CXX_COMPILER_LAUNCHER=", *flags, *pins),
    )
    must("cmake", "--build", build)
    return build / "shop"
