"""A file of counts, as hospitals write them, read into PANEL rows.

Every cell is read as text and then understood: a series called NA or 007 stays what it is. Faults
name the file, the row (the header is row 1), the column and the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import DataError

ENCODINGS = ("utf-8-sig", "gb18030")
MISSING = {"", "na", "nan", "n/a", "null", "none", "-", "--", "缺失", "."}
SHOWN = 40
PLAIN = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H",
    "%Y-%m-%d",
    "%Y-%m",
    "%Y%m%d%H%M%S",
    "%Y%m%d %H:%M:%S",
    "%Y%m%d %H:%M",
    "%Y%m%d%H",
    "%Y%m%d",
    "%Y%m",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d %Y",
    "%B %d %Y",
    "%b %Y",
    "%B %Y",
    "%b-%y",
    "%b-%Y",
    "%d%b%Y",
    "%d%b%Y %H:%M:%S",
)
DAY_FIRST = (
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%d-%m-%y %H:%M",
    "%d-%m-%y",
)
MONTH_FIRST = (
    "%m-%d-%Y %H:%M:%S",
    "%m-%d-%Y %H:%M",
    "%m-%d-%Y %I:%M:%S %p",
    "%m-%d-%Y %I:%M %p",
    "%m-%d-%Y",
    "%m-%d-%y %H:%M",
    "%m-%d-%y",
)
MONTH_YEAR = ("%m-%Y",)


@dataclass(frozen=True)
class Columns:
    """Which columns hold what; an empty value counts rows, an empty series is the whole file."""

    time: str
    value: str = ""
    series: str = ""


def read_panel(file: Path, columns: Columns, country: str = "") -> pd.DataFrame:
    """PANEL rows of a csv file (comma, semicolon or tab; UTF-8 or GB18030).

    DataError E_FLOW_FILE, E_FLOW_COLUMN, E_FLOW_TIME, E_FLOW_VALUE, E_FLOW_EMPTY.
    """
    table = _table(file)
    for name in (columns.time, columns.value, columns.series):
        if name and name not in table.columns:
            known = ", ".join(map(str, table.columns[:12]))
            raise DataError("E_FLOW_COLUMN", file=file.name, column=name, known=known)
    if table.empty:
        raise DataError("E_FLOW_EMPTY")
    times = moments(table[columns.time], file.name, country)
    counts = _counts(table[columns.value], file.name) if columns.value else np.ones(len(table))
    series = table[columns.series] if columns.series else pd.Series("", index=table.index)
    return pd.DataFrame({"series": series.to_numpy(dtype=object), "time": times, "count": counts})


def _table(file: Path) -> pd.DataFrame:
    """Every cell as text; the row number of the file is the index."""
    try:
        content = file.read_bytes()
    except OSError:
        raise DataError("E_FLOW_FILE", file=file.name) from None
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DataError("E_FLOW_FILE", file=file.name)
    import io

    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    try:
        table = pd.read_csv(
            io.StringIO(text),
            sep=mark,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            index_col=False,
            skip_blank_lines=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError):
        raise DataError("E_FLOW_FILE", file=file.name) from None
    table.columns = [str(name).strip() for name in table.columns]
    table.index = pd.RangeIndex(2, len(table) + 2)
    table = table.fillna("")
    return table[(table != "").any(axis=1)]


def _counts(cells: pd.Series, file: str) -> np.ndarray:
    text = cells.str.strip()
    bare = text.str.replace(r"(?<=\d)[,，](?=\d{3}\b)", "", regex=True)
    missing = bare.str.lower().isin(MISSING)
    numbers = pd.to_numeric(bare.mask(missing), errors="coerce").to_numpy(dtype=float)
    wrong = ~missing.to_numpy() & ~(np.isfinite(numbers) & (numbers >= 0))
    if wrong.any():
        _refuse("E_FLOW_VALUE", cells, wrong, file)
    return numbers


def _refuse(code: str, cells: pd.Series, wrong: np.ndarray, file: str) -> None:
    place = int(np.flatnonzero(wrong)[0])
    value = str(cells.iloc[place])[:SHOWN]
    raise DataError(
        code,
        file=file,
        row=int(cells.index[place]),
        column=str(cells.name),
        value=value,
        rows=int(wrong.sum()),
    )


def moments(cells: pd.Series, file: str, country: str = "") -> np.ndarray:
    """Local moments of text: one way of writing them fits the whole column. DataError E_FLOW_TIME.

    12/03/2024 is read by the column (a 13 tells), then by the country, else by the spacing.
    """
    distinct = cells.unique()
    text = pd.Series(distinct, dtype=object).map(_bare)
    best: tuple[int, np.ndarray] | None = None
    for forms in _orders(text, country):
        found, number = _read(text, forms)
        if best is None or number > best[0]:
            best = (number, found)
        if number == len(text):
            break
    if best is not None and best[0] < len(text):
        bad = set(distinct[np.isnat(best[1])])
        _refuse("E_FLOW_TIME", cells, cells.isin(bad).to_numpy(), file)
    known = dict(zip(distinct, best[1], strict=True)) if best else {}
    return cells.map(known).to_numpy().astype("datetime64[s]")


def _bare(cell: str) -> str:
    """A moment with one kind of mark between its parts, without zone and fractions."""
    text = re.sub(r"\s+", " ", cell.strip())
    text = re.sub(r"(:\d\d)\.\d+", r"\1", text)
    if re.match(r"\d+\s*[年/.\-]", text):
        text = re.sub(r"[年月/.]\s?(?=\d)", "-", text, count=2)
    text = re.sub(r"[年月日]", " ", text).replace("时", ":").replace("分", "").replace("秒", "")
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"(?<=\d)T(?=\d)", " ", text)
    text = re.sub(r":$", "", text)
    text = re.sub(r"(?<=:\d\d)\s*(Z|[+-]\d\d:?\d\d)$", "", text)
    return text.replace(",", "")


def _orders(text: pd.Series, country: str) -> list[tuple[str, ...]]:
    day, month = (*PLAIN, *DAY_FIRST, *MONTH_YEAR), (*PLAIN, *MONTH_FIRST, *MONTH_YEAR)
    if country == "US":
        return [month, day]
    if country in ("GB", "CN", "TW"):
        return [day, month]
    return [day, month] if _spacing(text, day) >= _spacing(text, month) else [month, day]


def _spacing(text: pd.Series, forms: tuple[str, ...]) -> float:
    """How regular the moments would be: the share of the commonest gap; 0 where some do not fit."""
    found, number = _read(text, forms)
    if number < len(text) or len(text) < 3:
        return 0.0
    gaps = np.diff(np.sort(found).astype("datetime64[D]").astype(int))
    return float(np.unique(gaps, return_counts=True)[1].max() / len(gaps)) if len(gaps) else 0.0


def _read(text: pd.Series, forms: tuple[str, ...]) -> tuple[np.ndarray, int]:
    found = np.full(len(text), np.datetime64("NaT"), dtype="datetime64[s]")
    week = text.str.fullmatch(r"\d{4}-?W\d{1,2}")
    if week.any():
        days = pd.to_datetime(
            text[week].str.replace("-", "") + "1", format="%GW%V%u", errors="coerce"
        )
        found[week.to_numpy()] = days.to_numpy().astype("datetime64[s]")
    for form in forms:
        left = np.isnat(found)
        if not left.any():
            break
        tried = pd.to_datetime(text[left], format=form, errors="coerce")
        fits = tried.notna()
        if form in ("%Y%m", "%Y%m%d%H", "%d-%m-%y", "%m-%d-%y"):
            size = {"%Y%m": r"\d{6}", "%Y%m%d%H": r"\d{10}"}.get(form, r"\d{1,2}-\d{1,2}-\d\d")
            fits &= text[left].str.fullmatch(size)
        values = tried.to_numpy().astype("datetime64[s]")
        values[~fits.to_numpy()] = np.datetime64("NaT")
        found[np.flatnonzero(left)] = values
    return found, int((~np.isnat(found)).sum())


def read_calendar(file: Path) -> pd.DataFrame:
    """A hospital's own days: a csv with date, kind (workday, weekend, holiday, makeup) and name.

    Columns date (YYYYMMDD), kind, name. DataError E_FLOW_COLUMN, E_FLOW_TIME, E_FLOW_KIND.
    """
    table = _table(file)
    for name in ("date", "kind"):
        if name not in table.columns:
            known = ", ".join(map(str, table.columns[:12]))
            raise DataError("E_FLOW_COLUMN", file=file.name, column=name, known=known)
    kind = table["kind"].str.strip()
    wrong = ~kind.isin(("workday", "weekend", "holiday", "makeup"))
    if wrong.any():
        _refuse("E_FLOW_KIND", table["kind"], wrong.to_numpy(), file.name)
    days = pd.DatetimeIndex(moments(table["date"], file.name))
    name = table["name"].str.strip() if "name" in table else pd.Series("", index=table.index)
    return pd.DataFrame(
        {
            "date": days.strftime("%Y%m%d").astype(int),
            "kind": kind.to_numpy(),
            "name": name.to_numpy(),
        }
    )
