"""Titles in boxes: by their width, numbers whole."""

from __future__ import annotations

from core.planning.goals.wrapping import cut, width, wrapped


def test_a_chinese_letter_is_as_wide_as_two_latin_ones() -> None:
    assert (width("床位a1"), cut("床位使用率", 4)) == (6, "床位使…")


def test_a_number_is_not_broken_over_lines() -> None:
    assert wrapped("平均住院日到6.7天", 6, 3) == "平均住院日到\n6.7天"
    assert wrapped("平均住院日缩短到≤6.7天", 9, 3) == "平均住院日缩短到\n≤6.7天"


def test_what_does_not_fit_ends_in_dots() -> None:
    assert wrapped("科室间床位使用率差异系数降低20%", 6, 2) == "科室间床位使\n用率差异系…"


def test_a_number_longer_than_a_line_is_broken() -> None:
    assert wrapped("123456", 2, 2) == "1234\n56"


def test_a_stop_stands_behind_its_letter() -> None:
    assert wrapped("短板学科：评估、帮扶", 7, 3) == "短板学科：评\n估、帮扶"
