"""Worlds that stay, for clients whose pins are compiled in, and the user's own certificates in them.

Keys and CAs of such a folder stay as they are; identities are issued afresh in each run. It refuses
to create one over anything that exists, and never writes to one afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from pinlab.core.errors import FileError, place
from pinlab.core.files import read_limited
from pinlab.core.models import Strict
from pinlab.core.toml import read_model, read_toml
from pinlab.pki.cast import Cast, OwnIdentity
from pinlab.pki.mint import content_digest, mint_world, recipe_of, run_mint
from pinlab.pki.world import World, read_world

OWN_FILE = "world.toml"
TEMPLATE = """\
# Your own certificates in this world. An identity named here takes the place of the lab's own one in every
# scenario that shows it, so that next month's real certificate is what the client meets, today.
# Paths are relative to this file; the lab reads them in place and copies no key.
#
# [identities.next]
# chain = "next.pem"   # the certificate first, then its issuers
# key = "next.key"     # its private key
"""


class _CertificateFiles(Strict):
    chain: str
    """PEM file: the certificate first, then its issuers."""
    key: str
    """PEM file: the private key of the certificate."""


class _LastingWorld(Strict):
    identities: Mapping[str, _CertificateFiles] = Field(default_factory=dict)
    """The user's own identities by name."""


def create_world(folder: Path, cast: Cast, now: int) -> World:
    """Make a world that stays: the keys and CAs of `cast`. FileError if the folder is in use."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileError(f"{folder}: exists and is not empty; name a new folder (keys are never overwritten)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    lasting = Cast(keys=cast.keys, authorities=cast.authorities)
    run_mint({**recipe_of(lasting, now, None), "out": str(folder.resolve())})
    (folder / OWN_FILE).write_text(TEMPLATE, encoding="utf-8")
    return read_world(folder.resolve(), lasting, content_digest(lasting, now))


def open_world(folder: Path) -> World:
    """Give the lasting part of a world made by `create_world`; FileError if `folder` is not one."""
    if not (folder / "world.json").is_file():
        raise FileError(f"{folder}: is not a world of the lab; make one with: pinlab world create {folder}")
    own = Cast().with_own(load_own(folder))
    return read_world(folder.resolve(), own, folder.resolve().name)


def enter_world(lasting: Path, cast: Cast, *, now: int, folder: Path) -> World:
    """Give the world of `cast` for one run, below `folder`, with the keys and CAs of a lasting one.

    The user's own identities stand in for the cast's. Raises FileError, MintError or ToolError.
    """
    open_world(lasting)
    return mint_world(cast.with_own(load_own(lasting)), now=now, folder=folder, reuse=lasting)


def load_own(folder: Path) -> dict[str, OwnIdentity]:
    """Read the user's identities in DIR/world.toml, paths made absolute; {} if there is no such file.

    FileError names file, table and key of whatever is missing or is not PEM.
    """
    path = folder / OWN_FILE
    if not path.exists():
        return {}
    written = read_model(_LastingWorld, read_toml(path), file=str(path))
    problems: list[str] = []
    own: dict[str, OwnIdentity] = {}
    for name, files in written.identities.items():
        chain = _pem(path, name, "chain", files.chain, "CERTIFICATE", problems)
        key = _pem(path, name, "key", files.key, "PRIVATE KEY", problems)
        own[name] = OwnIdentity(chain_file=chain, key_file=key)
    if problems:
        raise FileError(problems)
    return own


def _pem(toml: Path, name: str, key: str, written: str, label: str, problems: list[str]) -> str:
    file = toml.parent / written
    where = place(str(toml), f"identities.{name}", key)
    try:
        file = file.resolve()
        if f"{label}-----" not in read_limited(file).decode("ascii", "replace"):
            problems.append(f'{where}{file} holds no PEM block "{label}"')
    except OSError as failure:
        problems.append(f"{where}{file} cannot be read: {failure.strerror}")
    except ValueError as failure:
        problems.append(f"{where}{written!r} is no path: {failure}")
    return str(file)
