"""The demo hospital's year of adverse events: the counts it reports, one by one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from core.control.incidents.analyses.records import analyses, lines
from core.control.incidents.analysis import checks
from core.control.incidents.definitions import load_definitions
from core.control.incidents.records import incidents, needs
from core.demo.incidents import GRADES, make_incidents
from core.frames import Scope
from core.hospital.records import facts
from core.store.engine import Actor, Store
from core.store.opening import open_store
from tests.stores import LAST_MONTH, url_of

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = load_definitions(ROOT / "data" / "incidents" / "incidents.toml")
YEAR = Scope(1, 202511, LAST_MONTH)
EVERY = Scope(1, 0, 999_999)


@pytest.fixture(scope="module")
def demo_store(demo_file: Path) -> Iterator[Store]:
    store = open_store(url_of(demo_file), lambda: dt.datetime(2026, 11, 15, 1, tzinfo=dt.UTC))
    yield store
    store.close()


def test_events_of_the_year_are_those_that_departments_reported(demo_store: Store) -> None:
    types = [f"events_{one.code}" for one in DEFINITIONS.types]
    told = facts(demo_store, YEAR, [*GRADES, *types])
    rows = incidents(demo_store, YEAR).assign(one=1)
    rows["month"] = rows["occurred_on"] // 100
    for column, prefix in (("grade", "events_level"), ("type", "events_")):
        own = told[told["measure"].isin(GRADES if column == "grade" else types)]
        wanted = own.set_index(["month", "department", "measure"])["value"]
        measure = prefix + rows[column].astype(str)
        found = rows.groupby(["month", "department", measure])["one"].sum()
        pd.testing.assert_series_equal(
            found.rename_axis(wanted.index.names).astype(float).sort_index(),
            wanted[wanted > 0].astype(float).sort_index(),
            check_names=False,
        )


def test_finished_analyses_keep_every_rule_and_one_is_open(demo_store: Store) -> None:
    rows = analyses(demo_store, EVERY)
    assert (rows["state"] == "open").sum() == 1
    assert (rows["state"] == "finished").sum() >= 1
    for row in rows.to_dict("records"):
        found = checks(lines(demo_store, 1, int(row["id"])), json.loads(row["team"]), DEFINITIONS)
        assert all(one.kept for one in found) == (row["state"] == "finished")


def test_every_sentinel_event_was_analysed(demo_store: Store) -> None:
    reasons = needs(demo_store, EVERY, DEFINITIONS)
    sentinel = set(reasons.index[reasons.str.contains("sentinel")])
    assert sentinel
    assert sentinel <= set(analyses(demo_store, EVERY)["incident_id"])


def test_a_store_that_holds_events_gets_no_second_year(demo_store: Store) -> None:
    before = demo_store.version()
    make_incidents(demo_store, Actor("测试员", "tests"), 1, LAST_MONTH, 1)
    assert demo_store.version() == before
