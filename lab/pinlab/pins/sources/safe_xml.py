"""XML from anywhere: small, shallow, without any DTD, and with the line of each element.

defusedxml refuses declarations of types and entities before one is expanded; depth and number of elements are
bounded here, the size where files are read. Nothing is ever fetched.
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
from pinlab.pins.spot import Spot

DEEPEST = 32
MOST_ELEMENTS = 20_000


@dataclass
class Element:
    """One element: its name as written, its attributes, the text right inside it, and where it starts."""

    name: str
    attributes: dict[str, str]
    spot: Spot
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of the element itself, ends trimmed."""
        return "".join(self.pieces).strip()

    def all(self, name: str) -> Iterator[Element]:
        """Its children of one name."""
        return (child for child in self.children if child.name == name)


def parse_xml(data: bytes, source: str) -> Element:
    """The root element; PinFileError with the position of whatever is wrong or not allowed."""
    tree = _Tree(source)
    try:
        defusedxml.sax.parseString(data, tree, forbid_dtd=True)
    except SAXParseException as failure:
        line, column = failure.getLineNumber() or 0, (failure.getColumnNumber() or 0) + 1
        raise PinFileError.at(source, Spot(line, column), f"is not XML: {failure.getMessage()}") from failure
    except DefusedXmlException as failure:
        text = "declares a document type or entities; a pin file has no use for them, and they are not read"
        raise PinFileError.at(source, tree.here(), text) from failure
    except (ValueError, LookupError) as failure:
        raise PinFileError.at(source, tree.here(), f"is not XML that can be read: {failure}") from failure
    if tree.root is None:
        raise PinFileError(f"{source}: holds no XML element")
    return tree.root


class _Tree(ContentHandler):
    """Builds the tree and stops at the bounds."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.root: Element | None = None
        self._source = source
        self._open: list[Element] = []
        self._count = 0

    def here(self) -> Spot:
        """Where the parser stands."""
        locator = getattr(self, "_locator", None)
        if locator is None:
            return Spot(1)
        return Spot(locator.getLineNumber() or 1, (locator.getColumnNumber() or 0) + 1)

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        """Open an element, if there is room for it."""
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            limits = f"{DEEPEST} levels and {MOST_ELEMENTS} elements"
            raise PinFileError.at(
                self._source, self.here(), f"is too deep or too long; at most {limits} are read"
            )
        element = Element(name, dict(attrs.items()), self.here())
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def endElement(self, name: str) -> None:
        """Close it."""
        self._open.pop()

    def characters(self, content: str) -> None:
        """Take a piece of its text."""
        if self._open:
            self._open[-1].pieces.append(content)
