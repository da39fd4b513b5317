"""方案比较: judged plans in order; the weight of the budget moves it."""

from __future__ import annotations

from pathlib import Path

from tests.pages.app import COMPARISON, Tab


def test_plans_are_ordered_and_the_budget_moves_the_order(demo: Path) -> None:
    tab = Tab(COMPARISON)
    assert "方案乙" in tab.headline()
    tab.at.slider(key="comparison_share").set_value(60)
    tab.run()
    assert "方案丁" in tab.headline()


def test_a_store_without_data_says_what_to_do(empty: Path) -> None:
    assert Tab(COMPARISON).at.info
