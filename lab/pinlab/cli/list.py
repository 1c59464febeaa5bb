"""`pinlab list`, `explain`, `coverage`, `attacks`, `flaws` and `doctor`: what there is."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


def list_scenarios(
    only: Annotated[list[str] | None, typer.Option(help="GLOB of scenario ids, or a family.")] = None,
    suite: Annotated[str | None, typer.Option("--suite", help="smoke, pinning or full.")] = None,
    choices: Annotated[
        bool, typer.Option("--choices", help="The choices that RFCs leave, instead of the scenarios.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the scenarios: what is expected of a pinned client, and what one without pins does."""
    from pinlab.cli import listings

    if choices:
        typer.echo(listings.choices(as_json))
    else:
        typer.echo(listings.scenarios(tuple(only or ()), suite, as_json))


def explain(
    scenario: Annotated[str | None, typer.Argument(help="Its id, family/name.", show_default=False)] = None,
    result: Annotated[
        str | None,
        typer.Option(metavar="FILE[:ID]", help="Explain results of a --json file: what to look at, and how."),
    ] = None,
) -> None:
    """Say what a scenario shows and what a good client does, or why a result is what it is."""
    from pinlab.cli import listings
    from pinlab.core.errors import UsageError
    from pinlab.reports.explain import explained

    if (scenario is None) == (result is None):
        raise UsageError("explain wants a scenario (`pinlab list` has them) or --result FILE[:ID]")
    typer.echo(explained(result) if result else listings.explanation(str(scenario)))


def coverage(as_json: AsJson = False) -> None:
    """Count the known cases for TLS clients that have a scenario, and name the others with the reason."""
    from pinlab.cli import listings

    typer.echo(listings.coverage(as_json))


def attacks(as_json: AsJson = False) -> None:
    """List the kinds of attack with their parameters."""
    from pinlab.cli import listings

    typer.echo(listings.attacks(as_json))


def flaws(as_json: AsJson = False) -> None:
    """List the flaws of the flawed clients."""
    from pinlab.cli import listings

    typer.echo(listings.flaws(as_json))


def doctor() -> None:
    """Say what is there and what is missing; change nothing."""
    from pinlab.cli import listings

    text, good = listings.doctor()
    typer.echo(text)
    raise typer.Exit(0 if good else 2)
