"""XML from untrusted files: small, shallow, without a DTD, and with the line of each element.

defusedxml refuses declarations of types and entities before it expands any. This module limits depth and number
of elements; `source.py` limits the size. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from pinlab.pins.errors import PinFileError
from pinlab.pins.source import Spot, error_at

DEEPEST = 32
MOST_ELEMENTS = 20_000


@dataclass
class Element:
    """An element: its name as written, its attributes, its own text, and where it starts."""

    name: str
    attributes: dict[str, str]
    spot: Spot
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of the element itself, without leading and trailing white space."""
        return "".join(self.pieces).strip()

    def all(self, name: str) -> Iterator[Element]:
        """The children of this name."""
        return (child for child in self.children if child.name == name)


def parse_xml(data: bytes, source: str) -> Element:
    """The root element; PinFileError with the place of what is wrong or not allowed."""
    tree = _Tree(source)
    try:
        defusedxml.sax.parseString(data, tree, forbid_dtd=True)
    except SAXParseException as failure:
        line, column = failure.getLineNumber() or 0, (failure.getColumnNumber() or 0) + 1
        raise error_at(source, Spot(line, column), f"is not XML: {failure.getMessage()}") from failure
    except DefusedXmlException as failure:
        text = "declares a document type or entities; a pin file needs none, so remove the declaration"
        raise error_at(source, tree.here(), text) from failure
    except (ValueError, LookupError) as failure:
        raise error_at(source, tree.here(), f"is not XML that can be read: {failure}") from failure
    if tree.root is None:
        raise PinFileError(f"{source}: has no XML element")
    return tree.root


class _Tree(ContentHandler):
    """Builds the tree and stops at the limits."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.root: Element | None = None
        self._source = source
        self._open: list[Element] = []
        self._count = 0

    def here(self) -> Spot:
        """Where the parser is."""
        locator = getattr(self, "_locator", None)
        if locator is None:
            return Spot(1)
        return Spot(locator.getLineNumber() or 1, (locator.getColumnNumber() or 0) + 1)

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        """Open an element, within the limits."""
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            limits = f"{DEEPEST} levels and {MOST_ELEMENTS} elements"
            raise error_at(self._source, self.here(), f"is too deep or too long; at most {limits} are read")
        element = Element(name, dict(attrs.items()), self.here())
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def endElement(self, name: str) -> None:
        """Close the innermost element."""
        self._open.pop()

    def characters(self, content: str) -> None:
        """Add text to the innermost element."""
        if self._open:
            self._open[-1].pieces.append(content)
