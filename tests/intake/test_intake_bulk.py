"""A file of millions of rows is judged as a short one is, chunk by chunk."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from core.intake.bulk import check as bulk
from core.intake.bulk.check import check_in_chunks, is_bulky
from core.intake.check import Checked, CheckRequest, Masters, check
from core.intake.definitions import load_tables

TABLES = load_tables(Path(__file__).resolve().parents[2] / "data" / "intake")
MASTERS = Masters(
    departments={"0101": "内科", "0102": "外科", "0301": "急诊科"}, secret=b"0123456789abcdef"
)
VISIT = CheckRequest(TABLES["visit"], TABLES, MASTERS, dt.date(2026, 1, 15))
ARRIVAL = replace(VISIT, definition=TABLES["arrival"])
_HEADERS = (
    "就诊流水号,就诊时间,就诊类型,科室编码,诊断编码,医保类型,总费用(元),"
    "药品费(元),检查费(元),备注栏"
)
HEADER: list[str] = [*_HEADERS.split(",")]
GOOD = ["MZ1", "2025-11-03 08:15:00", "门诊", "0101", "E11", "自费", "120.50", "20.50", "", ""]
ARRIVALS: list[str] = [*"日期,小时,就诊类型,科室编码,人次".split(",")]
MOBILE = "13812345678"

# What is done to a good row: a column, and what is written there.
SPELLINGS = [
    (0, " mz77 "),
    (1, "2025/12/1 7:05"),
    (1, "20251203"),
    (3, "101"),
    (4, ""),
    (5, "职工医保"),
    (6, "¥1,234.50"),
    (6, "300"),
    (7, "0.1"),
    (9, "合计正确"),
]
FAULTS = [
    (0, ""),
    (0, "#N/A"),
    (1, "2025-11-31 08:00:00"),
    (1, "2026-02-01 08:00:00"),
    (1, "昨天"),
    (2, "体检"),
    (3, "9999"),
    (4, MOBILE),
    (6, ""),
    (6, "1.005"),
    (6, "12元"),
    (6, "-5.00"),
    (7, "999999.00"),
    (7, "x"),
    (9, MOBILE),
]


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _wild(seed: int) -> list[list[str]]:
    """Rows of every kind that exports have, in an order of chance."""
    chance = random.Random(seed)
    rows: list[list[str]] = []
    for number in range(chance.randint(20, 120)):
        row = [f"MZ{number}", *GOOD[1:]]
        row[6] = f"{chance.randint(0, 99999) / 100:.2f}"
        row[7] = "" if chance.random() < 0.5 else "0.00"
        for kinds, share in ((SPELLINGS, 0.2), (FAULTS, 0.15)):
            if chance.random() < share:
                at, text = chance.choice(kinds)
                row[at] = text
        rows.append(row)
        extra = chance.random()
        if extra < 0.08:
            rows.append(list(chance.choice(rows)))  # the same again
        elif extra < 0.12:
            rows.append([*chance.choice(rows)[:6], "7.00", "", "", ""])  # the same key, another sum
        elif extra < 0.15:
            rows.append(row[:5])
        elif extra < 0.17:
            rows.append([*row, "多", "余"])
        elif extra < 0.2:
            rows.append(chance.choice([[], [""] * 10, HEADER, ["制表人：张三"]]))
        elif extra < 0.23:
            stated = sum(Decimal(r[6]) for r in rows if len(r) == 10 and _plain(r[6]))
            wrong = chance.choice([0, 0, 1])
            rows.append(["合计", *[""] * 5, str(stated + wrong), "", "", ""])
    return rows


def _plain(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _both(path: Path, request: CheckRequest, size: int) -> tuple[Checked, Checked]:
    return check(path, path.name, request), check_in_chunks(path, path.name, request, size)


def _same(one: Checked, other: Checked) -> None:
    kept = [{**vars(each), "rows": 0, "definition": "", "file_faults": 0} for each in (one, other)]
    assert kept[0] == kept[1]
    assert [fault.code for fault in one.file_faults] == [fault.code for fault in other.file_faults]
    pd.testing.assert_frame_equal(one.rows, other.rows)


@pytest.mark.parametrize("seed", range(30))
def test_any_export_is_judged_alike_whole_and_in_chunks(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    encoding = ("utf-8", "gb18030", "utf-8-sig", "utf-16")[seed % 4]
    path.write_bytes(_csv([["门诊明细"], HEADER, *_wild(seed)]).encode(encoding))
    whole, chunked = _both(path, VISIT, 3 + seed)
    assert whole.headers
    _same(whole, chunked)


def _totalled(seed: int) -> list[list[str]]:
    """Good rows, some twice, under subtotals and totals of which some are wrong."""
    chance = random.Random(seed)
    rows: list[list[str]] = []
    page = whole = 0
    for number in range(60):
        amount = chance.randint(1, 99999)
        rows.append([f"MZ{number}", *GOOD[1:6], f"{amount / 100:.2f}", "", "", ""])
        page, whole = page + amount, whole + amount
        if chance.random() < 0.1:
            rows.append(list(rows[-1]))
        if chance.random() < 0.1:
            wrong = chance.choice([0, 0, 0, 1])
            rows.append(["本页小计", *[""] * 5, f"{(page + wrong) / 100:.2f}", "", "", ""])
            page = 0
    rows.append(["合计", *[""] * 5, f"{whole / 100:.2f}", "", "", ""])
    return rows


def test_totals_of_a_file_are_compared_alike(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    codes = set()
    for seed in range(20):
        path.write_text(_csv([HEADER, *_totalled(seed)]), encoding="utf-8")
        whole, chunked = _both(path, VISIT, 9)
        _same(whole, chunked)
        codes |= {notice.code for notice in whole.warnings}
    assert {"W_TOTAL_ROW", "W_TOTAL_MISMATCH"} <= codes


def test_arrivals_of_a_key_of_four_columns_are_judged_alike(tmp_path: Path) -> None:
    chance = random.Random(5)
    rows = [
        [f"2025-11-{chance.randint(1, 3):02d}", str(chance.randint(0, 24)), "门诊", "0101", "4"]
        for _ in range(80)
    ]
    rows += [["2025-11-04", "5", "门诊", "0101", count] for count in ("4", "9")]
    path = tmp_path / "a.csv"
    path.write_text(_csv([ARRIVALS, *rows]), encoding="utf-8")
    whole, chunked = _both(path, ARRIVAL, 8)
    assert {fault.code for fault in whole.rejected} == {"R_DUP_KEY", "R_DUP_CONFLICT", "R_RANGE"}
    _same(whole, chunked)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_csv([HEADER[1:], GOOD[1:]]).encode(), "F_MISSING_COLUMN"),
        (_csv([["姓名", *HEADER], ["张三", *GOOD]]).encode(), "F_PII_COLUMN"),
        (_csv([HEADER]).encode(), "F_EMPTY"),
        (_csv([HEADER, [*GOOD[:6], "x", "", "", ""]]).encode(), "F_NO_VALID_ROWS"),
        (_csv([HEADER, *[GOOD] * 9]).encode() + b'"a"b,\n', "F_CORRUPT"),
        (_csv([HEADER, *[GOOD] * 9]).encode() + b"\xff\xff", "F_ENCODING"),
        (_csv([HEADER]).encode() + "内科内科".encode("gb18030") + b",\n", "F_ENCODING"),
        (_csv([HEADER, GOOD]).encode() + b"\0", "F_ENCODING"),
    ],
)
def test_a_file_that_is_refused_is_refused_alike(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    whole, chunked = _both(path, VISIT, 4)
    assert [notice.code for notice in whole.file_faults] == [code]
    _same(whole, chunked)


def test_a_file_brought_before_and_one_of_another_scale_are_told_alike(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(_csv([HEADER, GOOD]), encoding="utf-8")
    last = {"visit": (202510, "charge_total", Decimal("1205000"))}
    scaled = replace(VISIT, masters=replace(MASTERS, last_totals=last))
    whole, chunked = _both(path, scaled, 4)
    assert "W_UNIT_SCALE" in {notice.code for notice in whole.warnings}
    _same(whole, chunked)
    known = replace(VISIT, masters=replace(MASTERS, known_files=frozenset({whole.sha256})))
    _same(*_both(path, known, 4))


def test_more_rows_than_the_table_allows_are_refused_alike(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(_csv([HEADER, *[GOOD] * 12]), encoding="utf-8")
    for most in (5, 10, 11, 12):
        limits = TABLES["visit"].limits.model_copy(update={"max_rows": most})
        small = TABLES["visit"].model_copy(update={"limits": limits})
        _same(*_both(path, replace(VISIT, definition=small), 4))


def test_of_very_many_refused_rows_the_first_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LISTED", 7)
    rows = _wild(3)
    path = tmp_path / "a.csv"
    path.write_text(_csv([HEADER, *rows]), encoding="utf-8")
    whole, chunked = _both(path, VISIT, 5)
    assert chunked.refused == whole.refused > 7
    assert chunked.rejected_rows == whole.rejected_rows[:7]
    assert chunked.rejected == tuple(f for f in whole.rejected if f.row in chunked.rejected_cells)
    assert chunked.accepted_rows == whole.accepted_rows


def test_only_long_csv_files_of_long_tables_take_this_way(tmp_path: Path) -> None:
    short, long = tmp_path / "a.csv", tmp_path / "b.csv"
    short.write_text(_csv([HEADER, GOOD]), encoding="utf-8")
    long.write_text(",".join(HEADER) + "\n" + ",".join(GOOD) * 2 + "\n" * 100_001, "utf-8")
    assert not is_bulky(short, "a.csv", VISIT)
    assert is_bulky(long, "b.csv", VISIT)
    assert not is_bulky(long, "b.xlsx", VISIT)
    assert not is_bulky(long, "b.csv", replace(VISIT, definition=TABLES["income"]))
