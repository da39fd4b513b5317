"""Files of counts as they are written: dates, marks, encodings, and faults that say where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.flow.files import Columns, moments, read_calendar, read_panel


def read(folder: Path, text: str, encoding: str = "utf-8") -> pd.DataFrame:
    file = folder / "counts.csv"
    file.write_bytes(text.encode(encoding))
    return read_panel(file, Columns("date", "n", "who"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024/3/5", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("2024.3.5", "2024-03-05"),
        ("2024年3月5日", "2024-03-05"),
        ("2024年3月", "2024-03-01"),
        ("2024-03", "2024-03-01"),
        ("202403", "2024-03-01"),
        ("2024/3", "2024-03-01"),
        ("2024-W10", "2024-03-04"),
        ("5 Mar 2024", "2024-03-05"),
        ("Mar-24", "2024-03-01"),
        ("2024-03-05T14:00:00Z", "2024-03-05 14:00"),
        ("2024-03-05 14:00:00+08:00", "2024-03-05 14:00"),
        ("2024-03-05 14:00:00.000", "2024-03-05 14:00"),
        ("2024/3/5 9:00", "2024-03-05 09:00"),
        ("2024年3月5日 9时", "2024-03-05 09:00"),
        ("25/12/2023", "2023-12-25"),
        ("12/25/2023", "2023-12-25"),
        ("25.12.2023", "2023-12-25"),
    ],
)
def test_a_moment_is_read_as_it_is_written(text: str, expected: str) -> None:
    assert pd.Timestamp(moments(pd.Series([text]), "f")[0]) == pd.Timestamp(expected)


@pytest.mark.parametrize(("country", "expected"), [("GB", "2024-03-01"), ("US", "2024-01-03")])
def test_an_ambiguous_date_is_read_by_the_country(country: str, expected: str) -> None:
    found = moments(pd.Series(["01/03/2024"]), "f", country)
    assert pd.Timestamp(found[0]) == pd.Timestamp(expected)


def test_an_ambiguous_column_is_read_by_its_spacing() -> None:
    days = pd.Series([f"{day:02}/01/2024" for day in range(1, 13)])
    assert pd.Timestamp(moments(days, "f")[-1]) == pd.Timestamp("2024-01-12")


def test_names_of_series_stay_as_they_are(tmp_path: Path) -> None:
    found = read(tmp_path, "date,who,n\n2024-01-01,NA,1\n2024-01-01,007,2\n")
    assert found["series"].tolist() == ["NA", "007"]


def test_an_empty_count_is_missing(tmp_path: Path) -> None:
    found = read(tmp_path, "date,who,n\n2024-01-01,A,\n2024-01-02,A,3\n")
    assert np.isnan(found["count"]).tolist() == [True, False]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_chinese_is_read_in_both_encodings(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, "date,who,n\n2024-01-01,急诊,1\n", encoding)
    assert found["series"].tolist() == ["急诊"]


def test_thousands_are_read_with_their_commas(tmp_path: Path) -> None:
    assert read(tmp_path, 'date,who,n\n2024-01-01,A,"1,234"\n')["count"].tolist() == [1234]


def test_a_semicolon_may_stand_between_columns(tmp_path: Path) -> None:
    assert read(tmp_path, "date;who;n\n2024-01-01;A;5\n")["count"].tolist() == [5]


def test_without_a_value_rows_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("date\n2024-01-01 08:00\n2024-01-01 09:00\n")
    assert read_panel(file, Columns("date"))["count"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("date,who,n\n2024-01-01,A,x\n", "E_FLOW_VALUE", {"row": 2, "column": "n", "value": "x"}),
        (
            "date,who,n\n2024-01-01,A,1\n2024-01-02,A,-3\n",
            "E_FLOW_VALUE",
            {"row": 3, "value": "-3"},
        ),
        ("date,who,n\nsoon,A,1\n", "E_FLOW_TIME", {"row": 2, "column": "date", "value": "soon"}),
        ("day,who,n\n2024-01-01,A,1\n", "E_FLOW_COLUMN", {"column": "date"}),
        ("date,who,n\n", "E_FLOW_EMPTY", {}),
        ("", "E_FLOW_FILE", {}),
    ],
)
def test_a_fault_says_where_it_is(
    tmp_path: Path, text: str, code: str, where: dict[str, object]
) -> None:
    with pytest.raises(DataError, match=code) as caught:
        read(tmp_path, text)
    assert where.items() <= caught.value.fields.items()


def test_a_file_that_is_absent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="E_FLOW_FILE"):
        read_panel(tmp_path / "none.csv", Columns("date"))


def test_a_kind_of_day_that_is_unknown_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("date,kind\n2024-01-01,feast\n")
    with pytest.raises(DataError, match="E_FLOW_KIND"):
        read_calendar(file)
