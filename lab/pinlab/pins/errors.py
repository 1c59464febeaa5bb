"""Errors about files that `pinlab pins` is given. `source.py` puts the file and the place into their text."""

from __future__ import annotations

from pinlab.core.errors import FileError


class PinFileError(FileError):
    """A pin file, certificate or key that cannot be read, or that it is not safe to read."""


class TooMuchWorkError(Exception):
    """A file asks for more time or memory than one file gets."""
