"""A CSV of any length: what it is, in one pass, and its records a chunk at a time.

Decodes and splits as `core.intake.reader` does, never holding the file.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.intake.read import Record
from core.intake.reader import WIDEST_CELL, delimiter_of, two_encodings

_BLOCK = 4 << 20
_SAMPLE = 1 << 16
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True)
class CsvFile:
    """A CSV that can be read: how, and about how many records it has."""

    path: Path
    encoding: str
    delimiter: str
    lines: int


def digest_of(path: Path) -> str:
    """SHA-256 of the file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lines_of(path: Path) -> int:
    """Line feeds in the file."""
    return sum(block.count(b"\n") for block in _blocks(path))


def recognise(path: Path) -> CsvFile:
    """Encoding and delimiter of a file; DataError F_ENCODING rather than one wrong character."""
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = delimiter_of(file.read(_SAMPLE))
    return CsvFile(path, encoding, delimiter, lines_of(path))


def chunks(file: CsvFile, most_columns: int, size: int) -> Iterator[list[Record]]:
    """Records that are not blank, `size` at a time, numbered as in the file from 1.

    DataError F_CORRUPT where the quotes of the file do not hang together.
    """
    chunk: list[Record] = []
    for number, cells in _records(file):
        if any(cell and not cell.isspace() for cell in cells):
            row: list[Any] = cells if len(cells) <= most_columns else cells[: most_columns + 1]
            chunk.append(Record(number, row))
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def these(file: CsvFile, most_columns: int, numbers: Container[int]) -> list[Record]:
    """The records with these numbers, read once more."""
    return [
        Record(number, list(cells[: most_columns + 1]))
        for number, cells in _records(file)
        if number in numbers
    ]


def _records(file: CsvFile) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(WIDEST_CELL)
    with file.path.open(encoding=file.encoding, newline="") as text:
        lines = csv.reader(text, delimiter=file.delimiter, strict=True)
        try:
            yield from enumerate(lines, start=1)
        except csv.Error as error:
            raise DataError("F_CORRUPT") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _strict(path, encoding)
    try:
        return _strict(path, "utf-8")
    except DataError:
        if any(b"\0" in block for block in _blocks(path)):
            raise
    encoding = _strict(path, "gb18030")
    with path.open("rb") as file:
        while lines := file.readlines(_BLOCK):
            if two_encodings(b"".join(lines)):
                raise DataError("F_ENCODING")
    return encoding


def _strict(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            text = decoder.decode(block)
            if "\0" in text or "\ufffd" in text:
                raise DataError("F_ENCODING")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise DataError("F_ENCODING") from error
    return encoding


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
