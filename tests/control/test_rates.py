"""Rates of what was met."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from core.control.rates import pass_rates


def answers(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(["item", "result"]))


def test_partly_met_is_not_met() -> None:
    found = pass_rates(answers(("A", "met"), ("A", "partly")), ["item"]).iloc[0]
    assert (found["met"], found["counted"], found["rate"]) == (1, 2, 0.5)


def test_what_does_not_apply_or_is_unchecked_stands_on_neither_side() -> None:
    rows = answers(("A", "met"), ("A", "na"), ("A", "unchecked"), ("A", ""))
    found = pass_rates(rows, ["item"]).iloc[0]
    assert (found["rate"], found["counted"], found["left_out"]) == (1, 1, 3)


def test_an_item_nobody_checked_has_no_rate() -> None:
    found = pass_rates(answers(("A", "unchecked")), ["item"]).iloc[0]
    assert math.isnan(found["rate"])


def test_one_of_one_is_far_from_certain() -> None:
    """Wilson at 1 of 1: from 1 / (1 + 1.96^2)."""
    found = pass_rates(answers(("A", "met")), ["item"]).iloc[0]
    assert found["low"] == pytest.approx(1 / (1 + 1.959964**2), rel=1e-6)


def test_without_answers_there_is_no_row() -> None:
    assert pass_rates(answers(), ["item"]).empty
