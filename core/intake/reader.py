"""The child process that opens a file: `python -m core.intake.reader FILE KIND ROWS COLUMNS`.

Prints JSON. Only the standard library and python_calamine, so that it starts fast; it may die
(calamine aborts on some files), which must never take the server with it.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
import json
import re
import sys
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.intake.container import sheet_parts

MEMORY = 1 << 30
SECONDS = 60

WIDEST_CELL = 32 << 20
_SAMPLE_RECORDS = 30
_PUNCTUATION = "，。、；：（）《》“”"
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_OPEN, _CLOSE = rb"<(?:\w{1,20}:)?", rb"</(?:\w{1,20}:)?c>"
_FORMULA_CELL = re.compile(
    _OPEN + rb"c\b([^<>]*)(?<!/)>\s*" + _OPEN + rb"f[\s/>](.*?)" + _CLOSE, re.DOTALL
)
_ERROR_CELL = re.compile(
    _OPEN + rb"c\b([^<>]*\bt\s*=\s*[\"']e[\"'][^<>]*)(?<!/)>(.*?)" + _CLOSE, re.DOTALL
)
_CELL_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"']")
_CELL_TYPE = re.compile(rb"\bt\s*=\s*[\"'](\w+)[\"']")
_STORED = re.compile(rb"<(?:\w{1,20}:)?v(?:\s[^<>]*)?>([^<]+)<")

Cells = list[str]


class Refused(Exception):
    """The file cannot be read; the code says why."""


def main(arguments: list[str]) -> None:
    """Read one file and print its sheets, or the code that refuses it."""
    _bound_this_process()
    gc.disable()  # a short life with many small objects and no cycles
    path, kind, rows, columns = arguments
    try:
        read = _read_csv if kind == "csv" else _read_workbook
        answer = read(Path(path), int(rows), int(columns))
    except Refused as refusal:
        answer = {"fault": str(refusal)}
    except MemoryError:
        answer = {"fault": "F_CORRUPT"}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode("ascii"))


def _bound_this_process() -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's time-out is the bound
        return
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        _, hard = resource.getrlimit(limit)
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(limit, (most, most))


def decode(content: bytes) -> tuple[str, str]:
    """The text and its encoding; Refused rather than one wrong character."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return _strict(content, encoding), encoding
    try:
        return _strict(content, "utf-8"), "utf-8"
    except Refused:
        if b"\0" in content:
            raise
    text = _strict(content, "gb18030")
    if two_encodings(content):
        raise Refused("F_ENCODING")
    return text, "gb18030"


def _strict(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("F_ENCODING") from error
    # U+FFFD is what an earlier program left of a character that it could not read.
    if "\0" in text or "\ufffd" in text:
        raise Refused("F_ENCODING")
    return text


def two_encodings(content: bytes) -> bool:
    """Whether a GB18030 file holds UTF-8 Chinese too: as GB18030 that is legible nonsense."""
    for line in content.splitlines():
        runs = [_as_utf8_chinese(run) for run in _NOT_ASCII.findall(line)]
        if runs and (max(runs) >= 4 or (min(runs) > 0 and sum(runs) >= 2)):
            return True
    return False


def _as_utf8_chinese(run: bytes) -> int:
    """How many characters the bytes are as UTF-8, 0 unless all of them are Chinese."""
    try:
        text = run.decode("utf-8")
    except UnicodeDecodeError:
        return 0
    chinese = all("\u4e00" <= char <= "\u9fff" or char in _PUNCTUATION for char in text)
    return len(text) if chinese else 0


def _read_csv(path: Path, most_rows: int, most_columns: int) -> dict[str, Any]:
    csv.field_size_limit(WIDEST_CELL)
    text, encoding = decode(path.read_bytes())
    records: list[tuple[int, Cells]] = []
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    try:
        for number, cells in enumerate(lines, start=1):
            if any(cell and not cell.isspace() for cell in cells):
                records.append((number, cells[: most_columns + 1]))
                if len(records) > most_rows:
                    raise Refused("F_TOO_MANY_ROWS")
    except csv.Error as error:
        raise Refused("F_CORRUPT") from error
    sheet = {"name": "", "visible": True, "records": records, "merged": []}
    return {"encoding": encoding, "sheets": [sheet]}


def delimiter_of(text: str) -> str:
    """The delimiter that gives most of the first records the same, greatest width."""
    scores = {}
    for delimiter in ",\t;":
        lines = csv.reader(io.StringIO(text[: 1 << 16], newline=""), delimiter=delimiter)
        widths: Counter[int] = Counter()
        try:
            for cells, _ in zip(lines, range(_SAMPLE_RECORDS), strict=False):
                widths[len(cells)] += 1
        except csv.Error:
            continue
        scores[delimiter] = max(
            (width * count for width, count in widths.items() if width > 1), default=0
        )
    return max(scores, key=lambda delimiter: scores[delimiter], default=",")


def _read_workbook(path: Path, most_rows: int, most_columns: int) -> dict[str, Any]:
    import python_calamine as calamine

    try:
        # Not from_path, which trusts the ending of a name that is ours.
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        sheets = []
        for entry in workbook.sheets_metadata:
            if entry.typ == calamine.SheetTypeEnum.MacroSheet:
                raise Refused("F_MACRO")
            if entry.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            visible = entry.visible == calamine.SheetVisibleEnum.Visible
            sheet = {"name": entry.name, "visible": visible, "records": [], "merged": []}
            if visible:
                found = workbook.get_sheet_by_name(entry.name)
                sheet |= _read_sheet(found, most_rows, most_columns)
            sheets.append(sheet)
    except calamine.PasswordError as error:
        raise Refused("F_ENCRYPTED") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refused("F_CORRUPT") from error
    if path.read_bytes()[:2] == b"PK":
        _mark_unreadable(path, sheets)
    return {"encoding": "", "sheets": sheets}


def _read_sheet(sheet: Any, most_rows: int, most_columns: int) -> dict[str, Any]:
    end = sheet.end or (0, 0)
    if end[0] >= most_rows:
        raise Refused("F_TOO_MANY_ROWS")
    if end[1] >= most_columns:
        raise Refused("F_TOO_MANY_COLUMNS")
    records = []
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = [_cell(value) for value in row]
        if any(map(str.strip, cells)):
            records.append((number, cells))
    return {"records": records, "merged": sheet.merged_cell_ranges or []}


def _cell(value: Any) -> str:
    """A text as it is; whatever Excel typed as NUL, its kind, NUL and the text."""
    if isinstance(value, str):
        return f"\0text\0{value}" if value.startswith("\0") else value
    if isinstance(value, bool):
        return "\0bool\0TRUE" if value else "\0bool\0FALSE"
    if isinstance(value, int | float):
        return f"\0number\0{number_text(value)}"
    if isinstance(value, dt.datetime | dt.date):
        return f"\0date\0{value.isoformat()}"
    return f"\0time\0{value}"


def number_text(value: float) -> str:
    """A numeric cell with the 15 significant digits that Excel shows, never in powers of ten."""
    text = f"{value:.15g}"
    return f"{Decimal(text):f}" if "e" in text else text


def _mark_unreadable(path: Path, sheets: list[dict[str, Any]]) -> None:
    """Put marks where calamine left '': error cells, and formulas without a stored value."""
    with zipfile.ZipFile(path) as archive:
        paths = {part.name: part.path for part in sheet_parts(archive) if part.visible}
        for sheet in sheets:
            if not sheet["visible"] or sheet["name"] not in paths:
                continue
            text = archive.read(paths[sheet["name"]])
            if b"<f" in text or b":f" in text or b't="e"' in text or b"t='e'" in text:
                _place(sheet["records"], _marks(text))


def _marks(text: bytes) -> dict[tuple[int, int], str]:
    """Row (from 1) and column (from 0) of each unreadable cell, with its mark."""
    marks = {}
    for attributes, inside in (*_FORMULA_CELL.findall(text), *_ERROR_CELL.findall(text)):
        kind = _CELL_TYPE.search(attributes)
        where = _CELL_REFERENCE.search(attributes)
        if where is None:
            continue
        stored = _STORED.search(inside)
        mark = None
        if kind and kind[1] == b"e":
            mark = f"\0error\0{stored[1].decode('ascii', 'replace') if stored else '#ERROR!'}"
        elif stored is None and not (kind and kind[1] == b"str"):
            mark = "\0formula\0"
        if mark:
            marks[int(where[2]), _column_index(where[1])] = mark
    return marks


def _column_index(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def _place(records: list[tuple[int, Cells]], marks: dict[tuple[int, int], str]) -> None:
    by_number = dict(records)
    for (number, index), mark in marks.items():
        if number not in by_number:
            by_number[number] = []
            records.append((number, by_number[number]))
        cells = by_number[number]
        cells.extend([""] * (index + 1 - len(cells)))
        cells[index] = mark
    records.sort(key=lambda record: record[0])


if __name__ == "__main__":
    main(sys.argv[1:])
