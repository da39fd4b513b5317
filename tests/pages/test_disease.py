"""项目与病种: the stories of the demo hospital, the pool to the 分, one group, examinations."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.costing.patients import records as patients
from core.costing.records import inputs
from core.costing.results import allocated
from core.costing.rules import load_rules
from core.costing.sides import SIDES, side_pools
from core.frames import Scope
from core.store.engine import Actor
from core.store.opening import open_store
from core.words import t, texts
from tests.pages.app import DISEASE, ROOT, Tab
from tests.stores import url_of


def part(tab: Tab, key: str, name: str) -> Tab:
    tab.at.session_state[key] = t(f"disease.tab.{name}")
    return tab.run()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_opens_in_every_hospital(any_store: Path, language: str) -> None:
    tab = Tab(DISEASE, lang=language)
    assert tab.title() == texts(language)["disease.title"]
    assert tab.errors() == []


def test_cases_and_the_difference_are_the_departments_cost_to_the_fen(demo: Path) -> None:
    rows = part(Tab(DISEASE), "disease_tab", "pool").table()
    names = [t(f"disease.pool.{name}") for name in ("pool", "carried", "variance")]
    pool, carried, variance = ((rows[name] * 100).round().astype("int64") for name in names)
    assert (pool - carried).tolist() == variance.tolist()
    assert abs(variance.sum()) < 0.03 * pool.sum()
    assert pool.sum() == _inpatient_cost(demo)


def _inpatient_cost(path: Path) -> int:
    """What October's allocation leaves with inpatients, worked out without the page."""
    store, scope = open_store(url_of(path)), Scope(1, 202610, 202610)
    rules = load_rules(ROOT / "data" / "costing" / "rules.toml")
    found = allocated(inputs(store, scope, 202610, rules), "three_level")
    pools = side_pools(found, patients.side_cost(store, scope), patients.side_income(store, scope))
    store.close()
    assert pools[list(SIDES)].to_numpy().sum() == found.final.to_numpy().sum()
    return int(pools["inpatient"].sum())


def test_groups_tell_the_stories_of_the_hospital(demo: Path) -> None:
    """脊柱内固定 is settled below its charges and spends most on consumables."""
    tab = Tab(DISEASE, span="year12")
    rows = tab.table().set_index(t("disease.column.group"))
    names = {name.split()[0]: name for name in rows.index}
    spine, stent, birth, caesarean = (
        rows.loc[names[code]] for code in ("I04", "F01", "O02", "O01")
    )
    payment, charge = t("disease.column.payment_case"), t("disease.column.charge_case")
    assert spine[payment] / spine[charge] == pytest.approx(0.943, abs=0.02)
    material = t("disease.column.class", name=t("disease.class.material"))
    assert spine[material] > spine[payment] / 2
    assert spine[t("disease.column.margin_case")] < 0
    assert stent[payment] > stent[charge]
    assert birth[payment] < birth[charge]
    assert caesarean[payment] > caesarean[charge]
    assert len(rows) == 100


def test_a_stent_is_paid_for_since_the_prices_were_cut(demo: Path) -> None:
    rows = part(Tab(DISEASE, period="2025-12", group="F01"), "disease_one", "months").table()
    rows = rows.set_index(t("chart.month"))
    gap = rows[t("disease.column.payment_case")] - rows[t("disease.column.charge_case")]
    assert len(gap) == 24
    assert gap.iloc[:7].mean() > 0 > gap.iloc[8:].mean()


def test_a_group_goes_from_payment_to_margin(demo: Path) -> None:
    tab = Tab(DISEASE, group="I04")
    assert "I04" in tab.headline()
    assert t("disease.class.material") in tab.headline()
    lines = tab.table()
    now = lines[t("disease.column.now")].str.replace(",", "").str.replace("−", "-").astype(float)
    assert now.iloc[0] - now.iloc[1:-1].sum() == pytest.approx(now.iloc[-1], abs=3)
    assert tab.query().get("group") == "I04"
    tab = part(tab, "disease_one", "cases")
    listed = tab.table()
    assert 0 < len(listed) <= 500
    assert listed[t("disease.column.case")].str.len().eq(8).all()


def test_a_department_sees_its_own_groups(demo: Path) -> None:
    rows = Tab(DISEASE, dept="0206").table()
    whole = Tab(DISEASE).table()
    assert 0 < rows[t("disease.column.cases")].sum() < whole[t("disease.column.cases")].sum()


def test_bed_days_say_otherwise_than_charges(demo: Path) -> None:
    column = t("disease.column.cost_case")
    by_charge, by_day = Tab(DISEASE).table(), Tab(DISEASE, way="days").table()
    assert (by_charge[column] - by_day[column]).abs().max() > 1000


def test_examinations_share_one_pool(demo: Path) -> None:
    rows = part(Tab(DISEASE), "disease_tab", "items").table()
    volume = rows[t("disease.items.volume")].str.replace(",", "").astype(float)
    sums = [
        (rows[t(f"disease.items.way.{way}")] * volume).sum()
        for way in ("income", "minutes", "count", "equivalent")
    ]
    assert len(rows) == 3
    assert max(sums) - min(sums) < 0.001 * max(sums)


@pytest.mark.usefixtures("monkeypatch")  # a copy of its own
def test_a_month_without_cases_says_so(demo: Path) -> None:
    _write(demo, "DELETE FROM rollup_case WHERE month = 202610")
    tab = Tab(DISEASE)
    assert [info.value for info in tab.at.info if "2026年10月" in info.value]


@pytest.mark.usefixtures("monkeypatch")  # a copy of its own
def test_what_was_not_settled_is_estimated_by_weight(demo: Path) -> None:
    _write(
        demo,
        "UPDATE rollup_case SET settled_cases = 0, settlement_fen = 0, settled_charge_fen = 0 "
        "WHERE month = 202610",
    )
    tab = Tab(DISEASE)
    assert tab.metrics()[t("disease.card.payment")] == "5,668.4 万元"
    assert t("disease.basis", settled="0.0%", estimated="", charged="").split("，")[0] in tab.said()


def _write(path: Path, statement: str) -> None:
    store = open_store(url_of(path))
    with store.write(Actor("test", "test")) as writing:
        writing.connection.execute(text(statement))
        writing.record("test", "case", 1)
    store.close()
