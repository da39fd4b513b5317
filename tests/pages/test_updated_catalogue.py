"""A store whose roll-ups were made with another catalogue: added up anew at the first page."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from core.frames import Scope
from core.hospital.records import facts
from core.hospital.rollups.records import are_current, rebuild_all
from core.workshop.records import clone
from pages.shared import session
from tests.pages.app import Tab
from tests.stores import ACTOR, RULES


def _discharges() -> float:
    rows = facts(session.store(), Scope(1, 202510, 202510))
    return float(rows.loc[rows["measure"] == "discharges", "value"].sum())


def test_measures_that_an_update_brought_are_there_at_the_first_page(gap: Path) -> None:
    before = _discharges()
    rebuild_all(session.store(), ACTOR, 1, [r for r in RULES if r.measure != "discharges"])
    assert _discharges() == 0
    session.reopen()
    assert Tab().title() == "运营总览"
    assert are_current(session.store(), 1, RULES)
    assert _discharges() == before > 0


def test_a_store_that_is_current_is_left_alone(gap: Path) -> None:
    Tab()
    before = session.store().version()
    session.reopen()
    Tab()
    assert session.store().version() == before


def test_a_copy_is_as_current_as_its_source(gap: Path) -> None:
    Tab()
    copy = clone(session.store(), ACTOR, 1, "练习")
    assert are_current(session.store(), copy, RULES)
    with session.store().read() as connection:
        found = connection.execute(text("SELECT count(*) FROM hospital")).scalar()
    assert found == 2
