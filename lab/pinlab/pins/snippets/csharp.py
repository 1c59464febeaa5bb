"""C#: the callback of HttpClientHandler checks the chain that .NET built, and respects SslPolicyErrors."""

from __future__ import annotations

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import PinSet, Semantics
from pinlab.pins.snippets import fill

_TEMPLATE = """\
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

public static class Pinned
{
    // SHA-256 of SubjectPublicKeyInfo, base64.
    private static readonly HashSet<string> Pins = new()
    {
@PINS@
    };

    public static HttpClientHandler Handler() => new()
    {
        ServerCertificateCustomValidationCallback = (_, _, chain, errors) =>
            errors == SslPolicyErrors.None && chain is not null &&
            chain.ChainElements.Cast<X509ChainElement>().Any(element =>
                Pins.Contains(Convert.ToBase64String(
                    SHA256.HashData(element.Certificate.PublicKey.ExportSubjectPublicKeyInfo())))),
    };
}
"""


def write(pinset: PinSet) -> str:
    """A class that makes a handler for HttpClient (.NET 6 and later)."""
    return fill(_TEMPLATE, pinset, '        "@PIN@",')


FORMAT = Format("csharp", "C# HttpClientHandler", Capabilities(), Semantics.SPKI_ANY, write=write)
