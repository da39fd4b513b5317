"""What is a number on screen is a number in Excel; what only looks like one is not."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd

from pages.shared.sheets import numbers, workbook


def test_texts_with_one_unit_are_numbers_shown_as_they_were() -> None:
    assert numbers(["1,234.5 人次", "—", "0.5 人次"]) == [
        (1234.5, '#,##0.0" 人次"'),
        "—",
        (0.5, '#,##0.0" 人次"'),
    ]
    assert numbers(["3.2%", "−0.5%"]) == [(0.032, "#,##0.0%"), (-0.005, "#,##0.0%")]
    assert numbers(["+1.2 个百分点"]) == [
        (1.2, '+#,##0.0" 个百分点";-#,##0.0" 个百分点";#,##0.0" 个百分点"')
    ]


def test_money_is_yuan_whatever_unit_it_was_shown_in() -> None:
    assert numbers(["392 元", "23.1 万元", "−1.02 亿元"]) == [
        (392, "#,##0"),
        (231_000, "#,##0"),
        (-102_000_000, "#,##0"),
    ]
    assert numbers(["CNY 12.3 m", "CNY 4,000"]) == [(12_300_000, "#,##0"), (4000, "#,##0")]


def test_codes_dates_and_mixed_columns_stay_text() -> None:
    assert numbers(["0101", "0102"]) is None
    assert numbers(["202510", "202511"]) is None
    assert numbers(["2026-10", "2026年10月"]) is None
    assert numbers(["3.2%", "12 天"]) is None
    assert numbers(["12.0 人次", "内科"]) is None
    assert numbers(["1:1.50"]) is None


def test_a_formula_is_never_written() -> None:
    rows = pd.DataFrame({"名称": ["=1+1", "@cmd"], "率": ["86.6%", "—"], "数": [1, 2]})
    book = openpyxl.load_workbook(io.BytesIO(workbook([("表", rows)])))
    cells = [[cell.value for cell in line] for line in book["表"]]
    assert cells == [["名称", "率", "数"], ["=1+1", 0.866, 1], ["@cmd", "—", 2]]
    assert book["表"].cell(2, 1).data_type == "s"
    assert book["表"].cell(2, 2).number_format == "#,##0.0%"
