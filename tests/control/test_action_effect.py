"""Did it work: the signal says so, or it is not said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from core.access.records import add_staff
from core.analysis.before_after import before_after
from core.analysis.control import direction_of
from core.analysis.series import Series
from core.control.actions.effect import Aim, Judged, judged, start_of
from core.control.actions.model import Draft, Origin
from core.control.actions.reads.records import action
from core.control.actions.records import conclude, raise_action, take
from core.control.actions.rows import Move
from core.errors import DataError
from core.frames import Scope
from core.hospital.records import create_hospital
from core.months import month_range
from core.store.engine import Actor, Store
from tests.stores import CATALOG

INDICATOR = CATALOG.indicators["OP003"]
"""Length of stay, lower is better, XmR."""
START = 202603
BASE = (9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8)
"""March to February a year before, of which January and February are one point."""


def said(after: Sequence[float], base: Sequence[float] = BASE, periods: int = 3) -> Judged:
    values = np.array([*base, *after], dtype=float)
    months = month_range(202503, 202603 + len(after) - 1)
    tops = values * 100
    series = Series(months, values, tops, np.full(len(values), 100.0))
    found = before_after(series, INDICATOR, START, 12)
    aim = Aim("OP003", "", direction_of(INDICATOR), START, periods)
    return judged(aim, found.chart, found.chart.marks, (found.before, found.after))


def test_a_point_beyond_the_old_limits_is_an_effect() -> None:
    found = said((8, 4, 4))
    assert (found.verdict, found.reason) == ("effective", "signal")
    assert found.before == pytest.approx(8.5)
    assert found.after == pytest.approx(16 / 3)


def test_seven_points_on_the_better_side_are_an_effect() -> None:
    assert said((8.4, 8.2, 8.4, 8.2, 8.4, 8.2, 8.4)).verdict == "effective"


def test_few_points_without_a_signal_prove_nothing() -> None:
    found = said((8.4, 8.2, 8.4))
    assert (found.verdict, found.reason) == ("unproven", "short")


def test_many_points_without_a_signal_are_no_effect() -> None:
    assert said((8, 9, 8, 9, 8, 9, 8)).reason == "no_signal"
    assert said((8, 9, 8, 9, 8, 9, 8)).verdict == "none"


def test_what_got_worse_is_no_effect() -> None:
    assert said((4, 8, 14)).reason == "worse"
    assert said((4, 8, 14)).verdict == "none"


def test_a_run_that_began_before_does_not_count() -> None:
    running = (9, 9, 9, 9, 9, 9, 8, 8, 8, 8, 8, 8)
    assert said((8.1, 8.2, 8.1), running).verdict != "effective"


def test_what_was_improving_already_proves_nothing() -> None:
    falling = (12, 11.6, 11, 10.5, 10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5)
    found = said((6, 5.5, 5), falling)
    assert (found.verdict, found.reason) == ("unproven", "drift")


def test_too_short_a_base_proves_nothing() -> None:
    short = (float("nan"),) * 6 + (9, 8, 9, 8, 9, 8)
    assert said((4, 4, 4), short).reason == "base"


def test_it_waits_for_the_months_that_were_agreed() -> None:
    assert said((4, 4), periods=3).waiting
    assert not said((4, 4, 4), periods=3).waiting


def test_the_month_after_the_work_is_the_first_that_shows_it() -> None:
    done = dt.datetime(2026, 8, 31, 20, tzinfo=dt.UTC)  # September in Shanghai
    assert start_of(done) == 202610
    assert start_of(dt.datetime(2026, 1, 9, tzinfo=dt.UTC)) == 202603  # January–February: one point


@pytest.fixture
def finished(sqlite_store: Store, actor: Actor) -> tuple[Store, int, int]:
    """A store with a closed action that aims at the length of stay."""
    store = sqlite_store
    hospital = create_hospital(store, actor, "县医院")
    add_staff(store, actor, hospital, [("甲", ""), ("乙", "")])
    draft = Draft("早出院", "", Origin("signal", "OP003"), "system", "住得久", indicator="OP003")
    number = raise_action(store, actor, hospital, replace(draft, owner="甲", verifier="乙"))
    take(store, Actor("甲", "tests"), hospital, (number, 1), Move("submit", "做了"))
    take(store, Actor("乙", "tests"), hospital, (number, 2), Move("close", "看过"))
    return store, hospital, number


def test_the_verdict_written_down_is_the_signals(
    finished: tuple[Store, int, int], actor: Actor
) -> None:
    store, hospital, number = finished
    assert conclude(store, actor, hospital, (number, 3), said((8, 9, 8, 9, 8, 9, 8))) == "none"
    row = action(store, Scope(hospital, 0, 0), number)
    assert (row["effect"], row["effect_month"], row["state"]) == ("none", 202609, "closed")
    assert conclude(store, actor, hospital, (number, 4), said((8, 4, 4))) == "effective"


def test_nothing_is_concluded_early_or_of_another_indicator(
    finished: tuple[Store, int, int], actor: Actor
) -> None:
    store, hospital, number = finished
    with pytest.raises(DataError, match="E_EFFECT_EARLY"):
        conclude(store, actor, hospital, (number, 3), said((4, 4)))
    other = replace(said((8, 4, 4)), indicator="OP001")
    with pytest.raises(DataError, match="E_ACTION_STATE"):
        conclude(store, actor, hospital, (number, 3), other)
