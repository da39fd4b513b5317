"""A grid that was typed or pasted into is read as a file is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.intake.definitions import load_tables
from core.intake.typed import typed_csv

CENSUS = load_tables(Path(__file__).resolve().parents[2] / "data" / "intake")["census"]


def _grid(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object)


def _lines(rows: pd.DataFrame) -> list[str]:
    return typed_csv(rows, CENSUS).decode().splitlines()


def test_headers_are_the_tables_own_and_empty_columns_go() -> None:
    rows = _grid(date=["2026-10-01"], ward_code=["W0101"], open_beds=[40], occupied=[None])
    assert _lines(rows) == ["日期,病区编码,开放床位", "2026-10-01,W0101,40"]


def test_empty_rows_go_and_blanks_around_a_text_too() -> None:
    rows = _grid(
        date=[None, " 2026-10-02 "], ward_code=["", "W0102"], open_beds=[float("nan"), 30.0]
    )
    assert _lines(rows)[1:] == ["2026-10-02,W0102,30"]


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (3.5, "3.5"), ("1,200", '"1,200"'), ("=1+1", "=1+1"), (0, "0")]
)
def test_a_cell_is_written_as_a_person_would(value: object, text: str) -> None:
    assert _lines(_grid(open_beds=[value]))[1:] == [text]


def test_a_grid_in_which_nothing_was_written_is_a_file_without_rows() -> None:
    assert _lines(_grid(date=["", None], ward_code=[None, ""])) == [""]
