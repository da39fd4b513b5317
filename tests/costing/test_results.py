"""An allocation told: parts add up to what they are parts of, to the 分."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.costing import results
from core.costing.allocation import Allocation
from core.costing.inputs import Inputs
from core.costing.model import METHODS
from core.costing.records import inputs, item_names, ledger
from core.costing.rules import load_rules
from core.frames import Scope
from core.hospital.records import hospital_of
from core.store.engine import Store
from core.store.opening import open_store
from tests.stores import LAST_MONTH, url_of

RULES = load_rules(Path(__file__).resolve().parents[2] / "data" / "costing" / "rules.toml")


@pytest.fixture(scope="module")
def store(demo_file: Path) -> Iterator[Store]:
    opened = open_store(url_of(demo_file))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def given(store: Store) -> Inputs:
    scope = Scope(hospital_of(store), LAST_MONTH, LAST_MONTH)
    return inputs(store, scope, LAST_MONTH, RULES)


@pytest.fixture(scope="module")
def found(given: Inputs) -> Allocation:
    return results.allocated(given, "three_level")


def test_levels_add_up_to_the_full_cost(found: Allocation, given: Inputs) -> None:
    levels = results.by_level(found)
    assert list(levels.columns) == ["direct", "level1", "level2", "level3", "full"]
    assert (levels.drop(columns="full").sum(axis=1) == levels["full"]).all()
    assert int(levels["full"].sum()) == given.total_fen


def test_the_sources_of_a_department_add_up_to_its_full_cost(found: Allocation) -> None:
    for department in found.final.index:
        rows = results.sources_of(found, str(department))
        assert rows["amount_fen"].sum() == found.final.loc[department].sum()
        assert rows["share"].sum() == pytest.approx(1)
        assert rows["amount_fen"].is_monotonic_decreasing


def test_what_a_source_cost_ends_somewhere(found: Allocation, given: Inputs) -> None:
    direct = given.direct.groupby("department")["amount_fen"].sum()
    for source in ("0801", "0701", "0601"):
        rows = results.ends_of(found, source)
        assert rows["amount_fen"].sum() == direct[source]
        assert set(rows["source"]) <= set(found.final.index)


def test_the_trace_ends_at_rows_that_were_imported(store: Store, given: Inputs) -> None:
    scope = Scope(hospital_of(store), LAST_MONTH, LAST_MONTH)
    rows = ledger(store, scope, LAST_MONTH, "0601")
    own = given.direct[given.direct["department"] == "0601"]
    by_item = rows.groupby("item")["amount_fen"].sum()
    assert by_item.to_dict() == own.set_index("item")["amount_fen"].to_dict()
    assert (rows["batch_id"] > 0).all()
    assert set(rows["item"]) <= set(item_names(store, scope.hospital_id))


def test_methods_share_the_same_total(given: Inputs) -> None:
    every = results.side_by_side(given, METHODS)
    assert set(every.columns) == set(METHODS)
    assert every.sum().nunique() == 1
    assert (every.max(axis=1) > every.min(axis=1)).any()


def test_a_method_that_cannot_run_has_no_column(given: Inputs) -> None:
    services = given.services[given.services["from_department"] != "0701"]
    broken = Inputs(**{**vars(given), "services": services})
    assert results.side_by_side(broken, METHODS).empty
