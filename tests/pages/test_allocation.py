"""The allocation page: totals from the store, the trace, other methods, a month that lacks some."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.store.engine import Actor
from core.store.opening import open_store
from core.words import t, texts
from tests.pages.app import ALLOCATION, Tab
from tests.stores import url_of


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_in_every_hospital(any_store: Path, language: str) -> None:
    tab = Tab(ALLOCATION, lang=language)
    assert tab.title() == texts(language)["allocation.title"]


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["allocation"] = t(f"allocation.tab.{name}")
    return tab.run()


def test_the_table_adds_up_to_the_direct_cost_of_the_hospital(demo: Path) -> None:
    tab = Tab(ALLOCATION)
    rows = tab.table()
    levels = rows[[t(f"costing.column.level{level}") for level in (1, 2, 3)]].sum(axis=1)
    full = rows[t("costing.column.full")]
    assert (rows[t("costing.column.direct")] + levels - full).abs().max() < 0.001
    assert full.sum() == pytest.approx(108_042_485.11)
    values = [metric.value for metric in tab.at.metric]
    assert values[0] == "1.08 亿元"
    assert values[3] == "0 元"


def test_a_department_is_traced_to_its_ledger_rows(demo: Path) -> None:
    tab = part(Tab(ALLOCATION, dept="0503"), "trace")
    sources, rows = tab.table(), tab.table(1)
    amount = t("costing.column.amount")
    assert sources[amount].is_monotonic_decreasing
    own = sources.loc[sources[t("costing.column.code")] == "0503", amount].iloc[0]
    assert rows[amount].sum() == pytest.approx(own)


def test_methods_stand_side_by_side(demo: Path) -> None:
    rows = part(Tab(ALLOCATION), "methods").table()
    columns = [t(f"costing.method.{name}") for name in ("three_level", "direct", "reciprocal")]
    sums = rows[columns].sum()
    assert sums.max() - sums.min() < 0.01
    assert (rows[columns[0]] - rows[columns[1]]).abs().max() > 100_000


def test_the_address_brings_the_method(demo: Path) -> None:
    tab = Tab(ALLOCATION, method="direct")
    assert t("costing.column.shared") in tab.table().columns
    assert tab.query().get("method") == "direct"


def test_a_quantity_that_cannot_be_is_told_by_its_department(demo: Path) -> None:
    store = open_store(url_of(demo))
    with store.write(Actor("test", "test")) as writing:
        writing.connection.execute(
            text(
                "UPDATE service SET quantity = -1 "
                "WHERE provider = '0701' AND receiver = '0201' AND month = 202610"
            )
        )
        writing.record("test", "services", 1)
    store.close()
    tab = Tab(ALLOCATION)
    assert [error.value for error in tab.at.error if "0701" in error.value]
    assert tab.at.subheader[0].value == t("allocation.refused", count=1)
