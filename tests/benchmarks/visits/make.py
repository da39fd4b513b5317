"""Visits by the million as a hospital would export them: a CSV a month, seeded.

Departments differ in size, weekdays and hours in how many come; charges are lognormal and split
by category. The same rows, already typed, go to parquet for the comparison with DuckDB.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from pyarrow import parquet

SEED = 20260101
STREAMS = {"outpatient": "门诊", "emergency": "急诊"}
PAYERS = {"employee": "职工医保", "resident": "居民医保", "self": "自费", "other": "其他"}
SHARES = {
    "charge_drug": 0.42,
    "charge_material": 0.06,
    "charge_exam": 0.18,
    "charge_lab": 0.16,
    "charge_treatment": 0.1,
}
_ZH = {
    "visit_id": "就诊流水号",
    "visited_at": "就诊时间",
    "stream": "就诊类型",
    "dept_code": "科室编码",
    "disease_code": "诊断编码",
    "payer": "医保类型",
    "charge_total": "总费用(元)",
    "charge_drug": "药品费(元)",
    "charge_material": "卫生材料费(元)",
    "charge_exam": "检查费(元)",
    "charge_lab": "化验费(元)",
    "charge_treatment": "治疗费(元)",
    "charge_consultation": "诊察费(元)",
}
_BY_HOUR = np.array(
    [4, 3, 2, 2, 2, 3, 8, 40, 90, 95, 85, 60, 25, 40, 75, 70, 55, 30, 20, 18, 15, 12, 8, 6]
)
_BY_WEEKDAY = np.array([1.25, 1.15, 1.1, 1.08, 1.05, 0.75, 0.6])


@dataclass(frozen=True)
class Month:
    """One month's visits: `files` by kind, and how many rows."""

    month: int
    csv: Path
    parquet: Path
    rows: int


def write_months(
    folder: Path, rows: int, months: Sequence[int], departments: Sequence[str]
) -> list[Month]:
    """`rows` visits spread over the months, as CSV and as parquet."""
    chance = np.random.default_rng(SEED)
    parts = chance.multinomial(rows, np.full(len(months), 1 / len(months)))
    written, before = [], 0
    for month, part in zip(months, parts.tolist(), strict=True):
        columns = _visits(chance, month, part, departments, before)
        one = Month(month, folder / f"{month}.csv", folder / f"{month}.parquet", part)
        _write_csv(columns, one.csv)
        _write_parquet(columns, month, one.parquet)
        written.append(one)
        before += part
    return written


def _visits(
    chance: np.random.Generator, month: int, rows: int, departments: Sequence[str], before: int
) -> dict[str, pa.Array]:
    """The month's columns in the order of the export; money in 分."""
    weights = 1 / np.arange(2, len(departments) + 2) ** 0.7
    columns: dict[str, pa.Array] = {
        "visit_id": _numbers(before, month, rows),
        "visited_at": pa.array(_times(chance, month, rows), pa.timestamp("s")),
        "stream": _chosen(chance, rows, list(STREAMS), [0.88, 0.12]),
        "dept_code": _chosen(chance, rows, list(departments), weights / weights.sum()),
        "disease_code": _chosen(
            chance, rows, [f"{letter}{n:02d}" for letter in "EIJKMN" for n in range(60)], None
        ),
        "payer": _chosen(chance, rows, list(PAYERS), [0.45, 0.3, 0.2, 0.05]),
    }
    total = np.rint(np.clip(chance.lognormal(9.9, 0.9, rows), 500, 5e7)).astype("int64")
    columns["charge_total"] = pa.array(total)
    left = total.copy()
    for name, share in SHARES.items():
        present = chance.random(rows) < 0.35 + share
        own = np.where(present, (total * share * chance.uniform(0.3, 1, rows)).astype("int64"), 0)
        left -= own
        columns[name] = pa.array(own, mask=~present)
    columns["charge_consultation"] = pa.array(left)
    return columns


def _numbers(before: int, month: int, rows: int) -> pa.Array:
    """Numbers of visits as a registration desk gives them: month and a running number."""
    return pa.array([f"MZ{month}{number:09d}" for number in range(before, before + rows)])


def _times(chance: np.random.Generator, month: int, rows: int) -> np.ndarray:
    """Local times to the second, more in the morning and early in the week, in their order."""
    year, number = divmod(month, 100)
    first, days = calendar.monthrange(year, number)
    by_day = _BY_WEEKDAY[(first + np.arange(days)) % 7]
    day = chance.choice(days, rows, p=by_day / by_day.sum())
    hour = chance.choice(24, rows, p=_BY_HOUR / _BY_HOUR.sum())
    start = np.datetime64(f"{year:04d}-{number:02d}-01", "s")
    return np.sort(start + (day * 86_400 + hour * 3_600 + chance.integers(0, 3_600, rows)))


def _chosen(
    chance: np.random.Generator,
    rows: int,
    codes: list[str],
    shares: Sequence[float] | np.ndarray | None,
) -> pa.DictionaryArray:
    places = chance.choice(len(codes), rows, p=shares).astype("int32")
    return pa.DictionaryArray.from_arrays(places, codes)


def _write_csv(columns: dict[str, pa.Array], path: Path) -> None:
    spoken = {"stream": STREAMS, "payer": PAYERS}
    shown = []
    for name, values in columns.items():
        if isinstance(values, pa.DictionaryArray):
            codes = values.dictionary.to_pylist()
            words = [spoken.get(name, {}).get(code, code) for code in codes]
            shown.append(pa.DictionaryArray.from_arrays(values.indices, words).dictionary_decode())
        else:
            shown.append(_yuan(values) if name.startswith("charge") else values)
    table = pa.table(shown, names=[_ZH[name] for name in columns])
    options = pyarrow.csv.WriteOptions(quoting_style="none", quoting_header="none")
    pyarrow.csv.write_csv(table, path, options)


def _yuan(fen: pa.Array) -> pa.Array:
    """元 with two decimals of an array of 分, digit by digit."""
    values = fen.fill_null(0).to_numpy(zero_copy_only=False)
    pairs = np.zeros((len(values), 2), dtype="int64")
    pairs[:, 0] = values
    pairs[:, 1] = values >> 63
    return pa.Array.from_buffers(
        pa.decimal128(18, 2), len(values), [fen.buffers()[0], pa.py_buffer(pairs.tobytes())]
    )


def _write_parquet(columns: dict[str, pa.Array], month: int, path: Path) -> None:
    rows = len(columns["visit_id"])
    kept = {name: values for name, values in columns.items() if name != "visit_id"}
    parquet.write_table(pa.table({"month": pa.array(np.full(rows, month)), **kept}), path)
