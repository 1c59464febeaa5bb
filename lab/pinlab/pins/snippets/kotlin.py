"""Kotlin: an OkHttp client with a CertificatePinner."""

from __future__ import annotations

from pinlab.pins.formats import okhttp
from pinlab.pins.formats.base import Format
from pinlab.pins.model import PinSet


def write(pinset: PinSet) -> str:
    """The pinner and the client that uses it."""
    imports = "import okhttp3.CertificatePinner\nimport okhttp3.OkHttpClient\n"
    client = "val client = OkHttpClient.Builder()\n    .certificatePinner(certificatePinner)\n    .build()\n"
    return f"{imports}\n{okhttp.write(pinset)}\n{client}"


FORMAT = Format("kotlin", "Kotlin with OkHttp", okhttp.CAN, okhttp.FORMAT.semantics, write=write)
