"""The parts of an .xlsx that matter before it is opened: its sheets and how far they reach.

Only the standard library: the reader's child process imports this too.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

CHUNK = 1 << 20
_OVERLAP = 256
_BIG_PART = 5_000_000

# [^<>] keeps the search linear on hostile text; prefixes such as <x:c come from some exporters.
_REFERENCE = re.compile(
    rb"<(?:\w{1,20}:)?(?:row|c)\s[^<>]*?\br\s*=\s*[\"']([A-Za-z]*)([0-9]*)[\"']"
)
_ROW = re.compile(rb"<(?:\w{1,20}:)?row[\s/>]")


@dataclass(frozen=True)
class SheetPart:
    """A sheet of the workbook and the entry that holds it."""

    name: str
    visible: bool
    path: str


def sheet_parts(archive: zipfile.ZipFile) -> list[SheetPart]:
    """The sheets in the workbook's order; KeyError or ParseError when the workbook is damaged.

    The archive has passed the search for DOCTYPE, so that parsing expands no entities.
    """
    workbook = next(name for name in archive.namelist() if name.lower().endswith("xl/workbook.xml"))
    folder, name = posixpath.split(workbook)
    targets = {
        _attribute(relation, "Id"): _attribute(relation, "Target")
        for relation in _parse(archive, f"{folder}/_rels/{name}.rels")
    }
    found = []
    for element in _parse(archive, workbook).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            target = targets.get(_attribute(element, "id"), "")
            path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
            hidden = _attribute(element, "state").lower() in ("hidden", "veryhidden")
            sheet = _attribute(element, "name")
            found.append(SheetPart(sheet, not hidden, posixpath.normpath(path)))
    return found


def _attribute(element: ElementTree.Element, name: str) -> str:
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def _parse(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if archive.getinfo(name).file_size > _BIG_PART:
        raise zipfile.BadZipFile("a workbook part of this size is no workbook")
    return ElementTree.fromstring(archive.read(name))  # noqa: S314 - no DOCTYPE, see above


def chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The entry in pieces that overlap, so that no short pattern is cut in two.

    UTF-16 is thinned to its ASCII, otherwise a search for ASCII would pass over it.
    """
    tail = b""
    wide = False
    with archive.open(name) as stream:
        while piece := stream.read(CHUNK):
            wide = wide or (not tail and b"\0" in piece[:64])
            if wide:
                piece = piece.replace(b"\0", b"")
            yield tail + piece
            tail = piece[-_OVERLAP:]


@dataclass
class Reach:
    """How far a sheet goes, seen piece by piece; rows without a number are counted."""

    row: int = 0
    column: int = 0
    counted: int = 0

    def see(self, text: bytes) -> None:
        """Take one more piece of the sheet into account."""
        self.counted += len(_ROW.findall(text))
        found = _REFERENCE.findall(text)
        rows = {int(digits[:9] or b"0") for digits in {digits for _, digits in found}}
        columns = {_column_number(letters[:4]) for letters in {letters for letters, _ in found}}
        self.row = max(self.row, *rows, 0)
        self.column = max(self.column, *columns, 0)

    @property
    def rows(self) -> int:
        """The highest row."""
        return max(self.row, self.counted)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
