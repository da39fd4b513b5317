"""本量利: department, group, item, machine; sliders move the result; why nothing breaks even."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.store.engine import Actor
from core.store.opening import open_store
from core.words import t, texts
from tests.pages.app import BREAKEVEN, Tab
from tests.stores import url_of


def slide(tab: Tab, name: str, value: int) -> Tab:
    keys = [str(one.key) for one in tab.at.slider]
    key = next(key for key in keys if key.startswith(f"breakeven_{name}_"))
    tab.at.slider(key=key).set_value(value)
    return tab.run()


def row(tab: Tab, name: str) -> dict[str, str]:
    rows = tab.table().set_index(t("breakeven.column.item"))
    return rows.loc[t(f"breakeven.row.{name}")].to_dict()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_in_every_hospital(any_store: Path, language: str) -> None:
    tab = Tab(BREAKEVEN, lang=language)
    assert tab.title() == texts(language)["breakeven.title"]
    assert tab.errors() == []


def test_income_less_cost_is_the_departments_surplus(demo: Path) -> None:
    tab = Tab(BREAKEVEN, code="0206.inpatient")
    values = tab.metrics()
    assert values[t("breakeven.card.volume")].startswith("96 ")
    assert values[t("breakeven.card.profit")].startswith("−")
    assert "0206" in tab.headline()


@pytest.mark.parametrize(
    ("kind", "code"), [("group", "I04"), ("machine", "CT-06"), ("department", "0101.outpatient")]
)
def test_the_address_brings_the_object(demo: Path, kind: str, code: str) -> None:
    tab = Tab(BREAKEVEN, object=kind, code=code)
    assert code.partition(".")[0] in tab.headline().replace("\\", "")
    assert tab.query().get("code") == code


def test_items_break_even_one_by_one_and_side_by_side(demo: Path) -> None:
    tab = Tab(BREAKEVEN, object="item", code="0601.mr")
    assert "磁共振" in tab.headline()
    every = tab.table(-1).set_index(t("breakeven.kind.item"))
    assert len(every) > 10
    one = every.loc["放射影像科 · 磁共振"]
    even = one[t("breakeven.items.even")]
    assert tab.metrics()[t("breakeven.card.even")].startswith(f"{even:,.0f} ")
    margin = one[t("breakeven.items.price")] - one[t("breakeven.items.variable")]
    exact = one[t("breakeven.items.fixed")] * 1e4 / margin
    assert exact <= even < exact + 1 + 1e-6


def test_items_of_a_department_bear_what_it_hands_on_for_them(demo: Path) -> None:
    tab = Tab(BREAKEVEN, object="item", dept="0601")
    every = tab.table(-1)
    volume = every[t("breakeven.items.volume")]
    varies = (volume * every[t("breakeven.items.variable")]).sum() / 1e4
    cost = varies + every[t("breakeven.items.fixed")].sum()
    # The pool of the examinations, as the page of items says it.
    assert cost == pytest.approx(326.4, abs=0.1)


def test_less_fixed_cost_breaks_even_earlier(demo: Path) -> None:
    tab = slide(Tab(BREAKEVEN, object="group", code="I04"), "fixed", -50)
    column = (t("breakeven.column.actual"), t("breakeven.column.asked"))
    found = row(tab, "break_even")
    actual, asked = (int(found[name].split()[0]) for name in column)
    assert asked == pytest.approx(actual / 2, abs=1)
    assert row(tab, "volume")[column[0]] == row(tab, "volume")[column[1]]


def test_a_price_below_the_variable_cost_never_breaks_even(demo: Path) -> None:
    tab = slide(Tab(BREAKEVEN, object="group", code="I04"), "price", -50)
    asked = row(tab, "break_even")[t("breakeven.column.asked")]
    assert t("breakeven.reason.no_margin") in asked


@pytest.mark.usefixtures("monkeypatch")  # a copy of its own
def test_a_month_without_cost_says_so(demo: Path) -> None:
    store = open_store(url_of(demo))
    with store.write(Actor("test", "test")) as writing:
        writing.connection.execute(text("DELETE FROM direct_cost WHERE month = 202610"))
        writing.record("test", "direct_cost", 1)
    store.close()
    tab = Tab(BREAKEVEN)
    assert [info.value for info in tab.at.info] == [t("breakeven.none.department")]
