"""Worlds for the tests that need real certificates: the standard cast, minted where the test says."""

from __future__ import annotations

from pathlib import Path

from pinlab.catalogue.loader import load_cast, load_catalogue
from pinlab.core.paths import catalogue
from pinlab.pki.cast import Cast, Deviations
from pinlab.pki.mint import mint_world
from pinlab.pki.world import World

NOW = 1_800_000_000
"""A fixed moment in January 2027: nothing here depends on the day of the test."""


def standard_cast() -> Cast:
    """Give the cast of lab/catalogue/world.toml."""
    return load_cast(catalogue() / "world.toml")


def world_with(folder: Path, **change: object) -> World:
    """Mint the standard world with deviations (keys, CAs, identities as in TOML) below `folder`."""
    return mint_world(standard_cast().deviate(Deviations.model_validate(change)), now=NOW, folder=folder)


def world_of(folder: Path, scenario: str) -> World:
    """Mint the world of one scenario of the shipped catalogue below `folder`."""
    loaded = load_catalogue()
    return mint_world(loaded.cast_of(loaded.scenario(scenario)), now=NOW, folder=folder)
