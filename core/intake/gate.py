"""What may be opened at all: size, true kind, container, macros, encryption, far cells.

Everything is bounded: nothing is unpacked beyond the limits, nothing is parsed but short parts.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import ParseError

from core.errors import DataError
from core.intake.container import Reach, chunks, sheet_parts
from core.intake.definitions import Limits

Kind = Literal["csv", "xlsx", "xls"]
_KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xls": "xls",
}
_MACRO_ENDINGS = (".xlsm", ".xltm", ".xlam", ".xla")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"MZ\x90",
    b"BZh",
    b"\xfd7zXZ",
    b"SQLite format 3",
    b"PAR1",
    b"\x09\x08",  # BIFF without a container, Excel 4 and older
    b"PK\x05\x06",  # an empty zip
    b"{\\rtf",
)
_PICKLE = re.compile(rb"\x80[\x02-\x05]|c(?:os|posix|nt|builtins|__builtin__|subprocess)\n")
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|meta|head|body|\?xml)", re.IGNORECASE
)
# A short entry may shrink a hundredfold by chance: one cell style repeated.
_SMALL = 1_000_000
# Titles, blank rows between blocks, totals: the row limit itself counts data rows.
_SPARE_ROWS = 2_000
_SPARE_COLUMNS = 100
_BOF = (b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x09\x08\x08\x00\x00\x05\x05\x00")
_FILEPASS = 0x2F
_RECORDS_BEFORE_PASSWORD = 20

_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ParseError, OSError),
    *(KeyError, StopIteration, NotImplementedError, RuntimeError, ValueError),
)


def gate(source: Path | bytes, name: str, limits: Limits) -> Kind:
    """The kind of file, safe to hand to the reader; DataError with an F_ code when it is not."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.max_bytes:
        raise DataError("F_TOO_LARGE", size=_megabytes(size), limit=_megabytes(limits.max_bytes))
    ending = Path(name).suffix.lower()
    if ending in _MACRO_ENDINGS:
        raise DataError("F_MACRO")
    named = _KINDS.get(ending)
    if named is None:
        raise DataError("F_TYPE", ending=ending)
    if size == 0:
        raise DataError("F_EMPTY")
    content = source if isinstance(source, bytes) else source.read_bytes()
    true_kind = _true_kind(content)
    if true_kind == "xlsx":
        _gate_archive(content, named, limits)
    elif true_kind == "xls":
        _gate_ole(content, named)
    if true_kind != named:
        raise DataError("F_TYPE", ending=ending)
    return named


def row_bound(limits: Limits) -> int:
    """The last row that is read at all: twice the data rows, for blank rows between them."""
    return 2 * limits.max_rows + _SPARE_ROWS


def column_bound(limits: Limits) -> int:
    """The last column that is read at all."""
    return limits.max_columns + _SPARE_COLUMNS


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}"


def _true_kind(content: bytes) -> Kind | None:
    if content.startswith(_ZIP):
        return "xlsx"
    if content.startswith(_OLE):
        return "xls"
    if content.startswith(_OTHER_MAGIC) or _PICKLE.match(content) or _MARKUP.match(content):
        return None
    return None if _binary(content) else "csv"


def _binary(content: bytes) -> bool:
    """Whether the first bytes are no text: many control characters, and no UTF-16."""
    head = content[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    odd = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1b\0" for byte in head)
    return odd > max(8, len(head) // 20)


def _gate_archive(content: bytes, named: str, limits: Limits) -> None:
    # Counting the directory's entries before it is read keeps a million of them out of memory.
    if content.count(b"PK\x01\x02") > 2 * limits.max_entries:
        raise DataError("F_ZIP_BOMB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _gate_weight(archive, limits)
            _gate_contents(archive, named)
            _gate_markup(archive, limits)
    except _DAMAGE as error:
        raise DataError("F_CORRUPT") from error


def _gate_weight(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    heavy = len(entries) > limits.max_entries or unpacked > limits.max_unpacked_bytes
    dense = unpacked > _SMALL and unpacked > limits.max_ratio * packed
    dense = dense or any(
        entry.file_size > _SMALL and entry.file_size > limits.max_ratio * entry.compress_size
        for entry in entries
    )
    if heavy or dense:
        raise DataError("F_ZIP_BOMB")


def _gate_contents(archive: zipfile.ZipFile, named: str) -> None:
    names = [entry.filename.lower().replace("\\", "/") for entry in archive.infolist()]
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise DataError("F_ENCRYPTED")
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        raise DataError("F_MACRO")
    if not any(name.endswith("xl/workbook.xml") for name in names):
        raise DataError("F_TYPE", ending=f".{named}")


def _gate_markup(archive: zipfile.ZipFile, limits: Limits) -> None:
    """DOCTYPE and macro content types anywhere, far cells in the sheets that will be read."""
    pages = [entry.filename for entry in archive.infolist() if _holds_markup(entry.filename)]
    extents: dict[str, Reach] = {}
    for page in pages:
        for text in chunks(archive, page):
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise DataError("F_XML_ENTITY")
            if b"macroEnabled" in text and page.lower().endswith("[content_types].xml"):
                raise DataError("F_MACRO")
            if "/worksheets/" in page.lower().replace("\\", "/"):
                extents.setdefault(page, Reach()).see(text)
    # A hidden sheet is never read: people keep their raw data there.
    unread = {part.path for part in sheet_parts(archive) if not part.visible}
    for extent in (extent for page, extent in extents.items() if page not in unread):
        if extent.rows > row_bound(limits):
            raise DataError("F_TOO_MANY_ROWS", rows=extent.rows, limit=limits.max_rows)
        if extent.column > column_bound(limits):
            raise DataError("F_TOO_MANY_COLUMNS", columns=extent.column, limit=limits.max_columns)


def _holds_markup(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _gate_ole(content: bytes, named: str) -> None:
    """An OLE container: an encrypted .xlsx, an .xls, or something else."""
    if _holds_stream(content, "EncryptedPackage") or _holds_stream(content, "EncryptionInfo"):
        raise DataError("F_ENCRYPTED")
    if not (_holds_stream(content, "Workbook") or _holds_stream(content, "Book")):
        raise DataError("F_TYPE", ending=f".{named}")
    if _locked(content):
        raise DataError("F_ENCRYPTED")
    if _holds_stream(content, "_VBA_PROJECT_CUR") or _holds_stream(content, "_VBA_PROJECT"):
        raise DataError("F_MACRO")


def _holds_stream(content: bytes, name: str) -> bool:
    # Directory names are UTF-16; the closing zero keeps "Book" from being found in others.
    return name.encode("utf-16-le") + b"\0\0" in content


def _locked(content: bytes) -> bool:
    """Whether a FILEPASS record follows the workbook's first record.

    It is one of the first, well within the first sector, so that no sector chain is followed.
    """
    starts = [content.find(bof) for bof in _BOF]
    at = min((start for start in starts if start >= 0), default=-1)
    for _ in range(_RECORDS_BEFORE_PASSWORD if at >= 0 else 0):
        if at + 4 > len(content):
            return False
        if int.from_bytes(content[at : at + 2], "little") == _FILEPASS:
            return True
        at += 4 + int.from_bytes(content[at + 2 : at + 4], "little")
    return False
