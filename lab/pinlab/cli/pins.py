"""`pinlab pins ...`: options in, text and exit status out. Nothing is decided here.

Exit status: 0 yes, 1 no (a lock-out, an unpinned host, a finding, a refused conversion), 2 bad input.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Annotated

import typer

from pinlab.pins.chain import CertificateChain

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
    host: Annotated[str | None, typer.Option(help="The name to ask a server for.")] = None,
    trust: Trust = None,
    password_file: PasswordFile = None,
    i_may_test: MayTest = None,
    as_json: AsJson = False,
) -> None:
    """Print the pins of a certificate, a CSR, a key or a server, in every notation."""
    from pinlab.pins import show as shown

    chain = _chain(target, trust, password_file, i_may_test, host)
    typer.echo(json.dumps(shown.as_json(chain), indent=2) if as_json else shown.render(chain))


@app.command()
def check(
    pins: Annotated[
        list[str], typer.Option("--pins", metavar="[FORMAT=]FILE", help="A pin file; once for each app.")
    ],
    chain: Annotated[
        str, typer.Option(metavar="FILE", help="The next chain: PEM, DER, CSR, key, PKCS#12, or HOST:PORT.")
    ],
    more: Annotated[list[str] | None, typer.Argument(metavar="FILE", help="More pin files.")] = None,
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
    from pinlab.pins.format_table import read_named

    pinsets = [pinset for text in (*pins, *(more or ())) for pinset in read_named(text, format_name)]
    checked = compare(pinsets, _chain(chain, trust, password_file, i_may_test, host), _moment(at), host)
    typer.echo(
        json.dumps(check_report.as_json(checked), indent=2) if as_json else check_report.render(checked)
    )
    raise typer.Exit(0 if checked.good else 1)


@app.command()
def lint(
    pins: Annotated[list[str], typer.Argument(metavar="FILE", help="Pin files.", show_default=False)],
    chain: Annotated[
        str | None, typer.Option(metavar="FILE", help="The chain that is served now, or HOST:PORT.")
    ] = None,
    at: At = None,
    format_name: FormatName = None,
    i_may_test: MayTest = None,
    sarif: Annotated[Path | None, typer.Option(help="Write the findings here as SARIF 2.1.0.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find what will lock users out, or protects no one. Exit 1 if there is an error or a warning."""
    from pinlab.core.files import write_atomically
    from pinlab.pins import lint_report
    from pinlab.pins.format_table import read_named
    from pinlab.pins.lint import lint as look

    moment, beside = _moment(at), _chain(chain, None, None, i_may_test, None) if chain else None
    pinsets = [pinset for text in pins for pinset in read_named(text, format_name)]
    findings = [finding for pinset in pinsets for finding in look(pinset, moment, beside)]
    if sarif:
        write_atomically(sarif, json.dumps(lint_report.as_sarif(findings), indent=2) + "\n")
    document = json.dumps(lint_report.as_json(findings), indent=2) if as_json else ""
    typer.echo(document or lint_report.render(findings, len(pins)))
    raise typer.Exit(int(any(finding.level != "note" for finding in findings)))


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A pin file.", show_default=False)],
    to: Annotated[str, typer.Option(help="A format that `pinlab pins formats` lists.")],
    format_name: FormatName = None,
    host: Annotated[str | None, typer.Option(help="Only the pins for this host.")] = None,
    role: Annotated[
        str | None, typer.Option(help="leaf or ca: what the pins are of, where a file is silent.")
    ] = None,
    chain: Annotated[
        str | None, typer.Option(metavar="FILE", help="The pinned chain: gives roles and other hashes.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write here. [default: stdout]")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse to lose anything.")] = False,
) -> None:
    """Write pins in another format or as source code; losses go to stderr."""
    from pinlab.core.files import write_atomically
    from pinlab.pins import convert as conversion
    from pinlab.pins.format_table import format_named, read_pins
    from pinlab.pins.source import Source

    pinset = read_pins(Source.of(source), format_name)
    if role is not None:
        pinset = conversion.with_role(pinset, role)
    beside = _chain(chain, None, None, None, None) if chain else None
    done = conversion.convert(pinset, format_named(to), chain=beside, host=host)
    for loss in done.losses:
        typer.echo(f"lost: {loss}", err=True)
    for refusal in done.refusals:
        typer.echo(f"refused: {refusal}", err=True)
    if done.refusals or (strict and done.losses):
        raise typer.Exit(1)
    if out:
        write_atomically(out, done.text)
    else:
        typer.echo(done.text, nl=False)


@app.command()
def formats(as_json: AsJson = False) -> None:
    """List the formats, and which of them can be read and written."""
    from pinlab.pins.format_table import TABLE

    rows = [(entry.name, entry.read is not None, entry.write is not None, entry.title) for entry in TABLE]
    if as_json:
        keys = ("name", "read", "write", "title")
        typer.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
        return
    for name, read, write, title in rows:
        typer.echo(f"{name:<22} {'read' if read else '':<5} {'write' if write else '':<6} {title}")


def _chain(
    target: str, trust: Path | None, password_file: Path | None, may_test: list[str] | None, host: str | None
) -> CertificateChain:
    """The chain of a file, or of a server if no file has that name."""
    from pinlab.pins.chain_building import build_chain
    from pinlab.pins.inputs.certificates import Lock, load_objects
    from pinlab.pins.inputs.fetch import fetch_objects, server_named
    from pinlab.pins.inputs.isolated import bounded
    from pinlab.pins.source import read_bytes

    server = server_named(target)
    if server and not Path(target).exists():
        found = fetch_objects(server, may_test or (), host)
    else:
        password = read_bytes(password_file).split(b"\n")[0].rstrip(b"\r") if password_file else None
        found = load_objects(Path(target), Lock(password, bounded))
    trusted = load_objects(trust, Lock(work=bounded)).certificates if trust else ()
    return build_chain(found, trusted)


def _moment(text: str | None) -> datetime.datetime:
    """The moment that is meant: a date alone is its noon, UTC."""
    from pinlab.core.errors import UsageError

    if text is None:
        return datetime.datetime.now(datetime.UTC)
    try:
        moment = datetime.datetime.fromisoformat(f"{text}T12:00" if len(text) == len("yyyy-MM-dd") else text)
    except ValueError:
        raise UsageError(
            f'--at "{text}": wanted yyyy-MM-dd or an ISO time, such as 2027-03-15T12:00Z'
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
