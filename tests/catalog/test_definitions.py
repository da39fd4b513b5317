"""What data/catalog says, against the tables it reads and the corrections it must carry."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from core.catalog.model import Catalog, Change, Ratio, Total
from core.errors import DataError
from core.words import set_language, t
from tests.catalog.conftest import ROOT

THIRTY = [
    *(f"FN{number:03d}" for number in (1, 2, 3, 4, 6, 11, 12, 13, 15, 19, 22, 24, 36)),
    *(f"HR{number:03d}" for number in (1, 5, 6, 15)),
    *(f"OP{number:03d}" for number in (1, 3, 4, 5, 6, 11, 12, 14, 15, 16, 18, 19, 20)),
]


def _toml(*parts: str) -> dict:
    return tomllib.loads(Path(ROOT, "data", *parts).read_text(encoding="utf-8"))


def test_the_catalogue_keeps_its_first_thirty_and_the_order_of_codes(catalog: Catalog) -> None:
    assert set(THIRTY) <= set(catalog.indicators)
    assert list(catalog.indicators) == sorted(catalog.indicators)


def test_an_indicator_is_found_by_code_and_by_slug(catalog: Catalog) -> None:
    assert catalog.find("OP001") is catalog.find("bed_occupancy")


def test_an_unknown_name_is_told_to_the_person(catalog: Catalog) -> None:
    with pytest.raises(DataError, match="E_INDICATOR: indicator=OP999"):
        catalog.find("OP999")
    with pytest.raises(DataError, match="E_MEASURE: measure=OP001"):
        catalog.measure("OP001")


def test_every_count_of_the_workload_table_is_a_measure_with_its_unit(catalog: Catalog) -> None:
    columns = {c["name"]: c for c in _toml("intake", "workload.toml")["column"]}
    counts = {name: c["unit"] for name, c in columns.items() if c["type"] == "int"}
    measures = [m for m in catalog.measures.values() if m.source.table == "workload"]
    assert {m.source.column: m.unit for m in measures} == counts
    assert all(m.code == m.source.column for m in measures)


def test_details_of_tables_name_what_the_tables_hold(catalog: Catalog) -> None:
    columns = {c["name"]: c for c in _toml("intake", "income.toml")["column"]}
    masters = _toml("hospital", "masters.toml")
    known = {
        "unit": set(columns["unit"]["choices"]),
        "category": set(columns["category"]["choices"]),
        "kind": {item["kind"] for item in masters["cost_item"]},
        "role": {driver["role"] for driver in masters["driver"]},
    }
    tables = ("income", "direct_cost", "driver")
    measures = [m for m in catalog.measures.values() if m.source.table in tables]
    for measure in measures:
        for key, value in measure.source.where.items():
            assert value in known[key], measure.code
    named = {v for m in measures for v in m.source.where.values()}
    assert known["unit"] | known["category"] | known["kind"] <= named


def test_only_people_beds_goods_and_patients_in_bed_are_stocks(catalog: Catalog) -> None:
    stocks = {code: m.kind for code, m in catalog.measures.items() if m.kind != "flow"}
    assert stocks.pop("in_bed_start") == "stock_start"
    assert stocks.pop("in_bed_end") == "stock_end"
    assert set(stocks) == {
        *("headcount", "physicians", "nurses", "technicians", "pharmacists"),
        *("floor_area", "equipment_value", "open_beds", "high_value_stock", "drug_stock"),
    }
    assert set(stocks.values()) == {"stock_mean"}


def test_monitored_indicators_carry_no_target_but_their_own_and_ceilings(catalog: Catalog) -> None:
    monitored = {
        i.code: len(i.targets) for i in catalog.indicators.values() if i.better == "monitor"
    }
    assert monitored["OP011"] == 1
    assert {code for code, targets in monitored.items() if targets} == {"OP011", "OP017", "OP056"}
    assert {"OP011", "OP012", "HR005"} <= set(monitored)


def test_departments_share_a_target_only_where_it_is_fair_to_all(catalog: Catalog) -> None:
    shared = {
        i.code
        for i in catalog.indicators.values()
        for target in i.targets
        if target.level == "department" and target.basis == "value"
    }
    adjusted, own_budget = {"OP050", "OP051"}, {"FN026", "FN050", "FN051"}
    rules = {"HR012", "HR024", "QA046", "SF014", "SV021"}
    assert shared == {"OP001"} | adjusted | own_budget | rules


def test_money_reads_in_yuan(catalog: Catalog) -> None:
    for indicator in catalog.indicators.values():
        formula = indicator.formula
        if indicator.unit != "元" or not isinstance(formula, Ratio):
            continue
        assert catalog.measures[formula.top[0]].money
        if not catalog.measures[formula.bottom[0]].money:
            assert formula.per == (1 if "每百名" in indicator.name.zh else 0.01), indicator.code
    assert not any(m.money for m in catalog.measures.values() if m.unit != "元")


def test_two_sided_units_agree_with_the_formula(catalog: Catalog) -> None:
    for indicator in catalog.indicators.values():
        if isinstance(indicator.formula, Total):
            assert {catalog.measures[m].unit for m in indicator.formula.measures} == {
                indicator.unit
            }
        if isinstance(indicator.formula, Change):
            assert indicator.formula.per == 100
            assert indicator.unit == "%"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_of_the_catalogue_has_words(catalog: Catalog, language: str) -> None:
    set_language(language)
    indicators, measures = catalog.indicators.values(), catalog.measures.values()
    keys = {f"unit.{entry.unit}" for entry in (*indicators, *measures)}
    keys |= {f"kind.{measure.kind}" for measure in measures}
    for indicator in indicators:
        keys |= {f"domain.{indicator.domain}", f"better.{indicator.better}"}
        keys |= {f"source_status.{indicator.source_status}"}
        keys |= {f"used_for.{use}" for use in indicator.used_for}
        keys |= {f"target_kind.{target.kind}" for target in indicator.targets}
    lacking = {key for key in keys if t(f"catalog.{key}") == f"catalog.{key}"}
    set_language("zh")
    assert lacking == set()
