"""Strict reading of XML files that people exchange: plain elements and attributes, nothing else.

Promises: a document type, an entity, more bytes than allowed, bytes that are no XML, and a number
that is none each raise a `FileFaultError` with one sentence; nothing else is ever raised. Entities
are how some lines of XML become gigabytes, or the content of another file of the reader's machine.

>>> read_xml(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "car.xml", ("a",))
Traceback (most recent call last):
...
backchannel.bargain.errors.FileFaultError: car.xml: it has a document type or entities; remove them

Source: the "billion laughs" and external entities, documentation of defusedxml.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from backchannel.bargain.errors import FileFaultError, MalformedError
from backchannel.bargain.exactly import exact
from backchannel.bargain.model import MAX_VALUE

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element as Tree

MAX_FILE = 2_000_000  # bytes
_NUMBER = re.compile(r"[-+]?([0-9]{1,30}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][-+]?[0-9]{1,2})?")
_SHOWN = 60  # characters of a wrong value that an error repeats

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Element:
    """An element with the file it stands in."""

    tree: "Tree"
    file: str

    @property
    def where(self) -> str:
        """The place, as people find it: the kind of element and what it is called."""
        named = [
            f"{name} {self.tree.attrib[name][:_SHOWN]}"
            for name in ("index", "name", "value")
            if name in self.tree.attrib
        ]
        tag = self.tree.tag[:_SHOWN]
        return f"{tag} ({', '.join(named)})" if named else tag

    def fault(self, sentence: str) -> FileFaultError:
        """Return the error to raise about this element."""
        return FileFaultError(self.file, self.where, sentence)

    def all(self, tag: str) -> list["Element"]:
        """Return the elements of this kind inside, at any depth."""
        return [Element(each, self.file) for each in self.tree.iter(tag)]

    def children(self, tag: str) -> list["Element"]:
        """Return the elements of this kind directly inside."""
        return [Element(each, self.file) for each in self.tree if each.tag == tag]

    def get(self, name: str) -> str | None:
        """Return an attribute, or None."""
        return self.tree.get(name)

    def text(self, name: str) -> str:
        """Return an attribute that must be there."""
        found = self.tree.get(name)
        if found is None or not found.strip():
            raise self.fault(f"the attribute {name!r} is missing")
        return found

    def number(self, name: str) -> Fraction:
        """Return an attribute that is a finite number, as it is written."""
        found = self.text(name).strip()
        if not _NUMBER.fullmatch(found):
            raise self.fault(f"{name}: {found[:_SHOWN]!r} is no number, such as 0.5")
        value = exact(found)
        if abs(value) > MAX_VALUE:
            raise self.fault(f"{name}: {found[:_SHOWN]} is beyond {MAX_VALUE:,}")
        return value

    def integer(self, name: str) -> int:
        """Return an attribute that is a whole number."""
        value = self.number(name)
        if value.denominator != 1:
            raise self.fault(f"{name}: a whole number is expected, not {self.text(name)[:_SHOWN]}")
        return int(value)

    def placed(self, made: Callable[[], T]) -> T:
        """Return what is made of this element; a value that cannot be one is told with place."""
        try:
            return made()
        except MalformedError as error:
            raise self.fault(str(error)) from error


def read_xml(data: bytes, file: str, roots: tuple[str, ...]) -> Element:
    """Return the root, one of these kinds. Raises: FileFaultError."""
    if len(data) > MAX_FILE:
        raise FileFaultError(
            file, "", f"it has {len(data):,} bytes; at most {MAX_FILE:,} are allowed"
        )
    try:
        tree = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise FileFaultError(file, "", "it has a document type or entities; remove them") from error
    except ParseError as error:
        line, column = error.position
        what = str(error).partition(":")[0]
        raise FileFaultError(
            file, f"line {line}, column {column + 1}", f"it is no XML: {what}"
        ) from error
    except (ValueError, LookupError) as error:  # an encoding that is none
        raise FileFaultError(file, "", "it is no XML in an encoding that is known") from error
    if tree.tag not in roots:
        expected = " or ".join(roots)
        raise FileFaultError(file, "", f"its root is {tree.tag[:_SHOWN]!r}; {expected} is expected")
    return Element(tree, file)
