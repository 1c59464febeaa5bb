"""`pinlab pins ...`: options in, text and exit status out. Nothing is decided here.

Exit status: 0 yes, 1 no (a lock-out, an unpinned host, a finding, a refused conversion), 2 bad input.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Annotated

import typer

from pinlab.errors import UsageError
from pinlab.pins.chain import Chain

app = typer.Typer(no_args_is_help=True, help="Pins of your apps: show, check, lint and convert them.")

AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
MayTest = Annotated[
    list[str] | None, typer.Option("--i-may-test", metavar="HOST", help="A server beyond this machine.")
]
Trust = Annotated[
    Path | None, typer.Option(help="PEM file of issuers and roots that a server does not send.")
]
PasswordFile = Annotated[
    Path | None, typer.Option(help="Holds the password of a PKCS#12 file or key, in its first line.")
]
FormatName = Annotated[
    str | None, typer.Option("--format", help="The format of the pin files. [default: by look]")
]
At = Annotated[
    str | None, typer.Option("--at", metavar="DATE", help="yyyy-MM-dd or an ISO time. [default: now]")
]


@app.command()
def show(
    target: Annotated[
        str, typer.Argument(help="PEM, DER, CSR, key or PKCS#12 file, or HOST:PORT.", show_default=False)
    ],
    trust: Trust = None,
    password_file: PasswordFile = None,
    i_may_test: MayTest = None,
    as_json: AsJson = False,
) -> None:
    """Print the pins of a certificate, a CSR, a key or a server, in every notation."""
    from pinlab.pins import show as shown

    chain = _chain(target, trust, password_file, i_may_test, None)
    typer.echo(json.dumps(shown.as_json(chain), indent=2) if as_json else shown.described(chain))


@app.command()
def check(
    pins: Annotated[
        list[Path], typer.Option("--pins", metavar="FILE", help="A pin file; once for each app.")
    ],
    chain: Annotated[
        str, typer.Option(metavar="FILE", help="The next chain: PEM, DER, CSR, key, PKCS#12, or HOST:PORT.")
    ],
    host: Annotated[
        str | None, typer.Option(help="Check for this host. [default: the certificate's names]")
    ] = None,
    at: At = None,
    format_name: FormatName = None,
    trust: Trust = None,
    password_file: PasswordFile = None,
    i_may_test: MayTest = None,
    as_json: AsJson = False,
) -> None:
    """Say for each app file whether the next certificate is accepted, and by which pin, or would lock out."""
    from pinlab.pins import check_report
    from pinlab.pins.check import check as compare
    from pinlab.pins.formats import read_pins
    from pinlab.pins.formats.base import Source

    pinsets = [read_pins(Source.of(path), format_name) for path in pins]
    checked = compare(pinsets, _chain(chain, trust, password_file, i_may_test, host), _moment(at), host)
    typer.echo(json.dumps(check_report.as_json(checked), indent=2) if as_json else check_report.told(checked))
    raise typer.Exit(0 if checked.good else 1)


def _chain(
    target: str, trust: Path | None, password_file: Path | None, may_test: list[str] | None, host: str | None
) -> Chain:
    """The chain of a file, or of a server if no file has that name."""
    from pinlab.pins.chains import build_chain
    from pinlab.pins.fetch import fetch_objects, server_named
    from pinlab.pins.objects import load_objects, read_bytes

    server = server_named(target)
    if server and not Path(target).exists():
        found = fetch_objects(server, may_test or (), host)
    else:
        password = read_bytes(password_file).split(b"\n")[0].rstrip(b"\r") if password_file else None
        found = load_objects(Path(target), password)
    return build_chain(found, load_objects(trust).certificates if trust else ())


def _moment(text: str | None) -> datetime.datetime:
    """The moment that is meant: a date is its midnight, UTC."""
    if text is None:
        return datetime.datetime.now(datetime.UTC)
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f'--at "{text}": wanted yyyy-MM-dd or an ISO time, such as 2027-03-15T12:00Z'
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
