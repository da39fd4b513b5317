"""Forecasts and events in the store."""

from __future__ import annotations

import pandas as pd
import pytest

from core.errors import ConflictError, DataError
from core.flow.effects import Event
from core.flow.events.records import (
    Entry,
    add_event,
    change_event,
    event_in,
    events,
    remove_event,
)
from core.flow.made.records import Label, forecasts, store_forecast, store_scores, values
from core.flow.making import VALUES, Product
from core.hospital.records import create_hospital
from core.store.engine import Actor, Store

LABEL = Label("emergency", "", "h", 20261031, 2)
CLOSED = Event("closure", 20261105, 20261106, name="设备检修")
ROWS = pd.DataFrame(
    [
        (1, 1, pd.Timestamp("2026-11-01 00:00"), 5.5, 5.0, 2.0, 9.0, 1.0, 11.0, 6.0),
        (1, 2, pd.Timestamp("2026-11-01 01:00"), 4.5, 4.0, 1.0, 8.0, 0.0, 10.0, float("nan")),
        (2, 1, pd.Timestamp("2026-11-01 00:00"), 10.0, 9.0, 5.0, 15.0, 3.0, 18.0, 12.0),
    ],
    columns=pd.Index(list(VALUES.columns)),
)
PRODUCT = Product(ROWS, "regression", ({"kind": "season", "label": 0, "percent": 1.0},))


@pytest.fixture
def hospital(store: Store, actor: Actor) -> int:
    return create_hospital(store, actor, "县医院")


def test_a_forecast_comes_back_as_it_was(store: Store, actor: Actor, hospital: int) -> None:
    number = store_forecast(store, actor, hospital, LABEL, (PRODUCT, "abc", (CLOSED,)))
    (made,) = forecasts(store, hospital)
    assert (made.id, made.label, made.basis, made.scores) == (number, LABEL, "abc", None)
    assert made.events == (CLOSED,)
    pd.testing.assert_frame_equal(
        values(store, hospital, number), ROWS, check_dtype=False, check_index_type=False
    )


def test_the_test_is_kept_with_its_forecast(store: Store, actor: Actor, hospital: int) -> None:
    number = store_forecast(store, actor, hospital, LABEL, (PRODUCT, "abc", ()))
    store_scores(store, actor, number, {"wape": 0.04})
    assert forecasts(store, hospital)[0].scores == {"wape": 0.04}
    store_scores(store, actor, number, None)
    assert forecasts(store, hospital)[0].scores == {}


def test_the_newest_forecast_comes_first(store: Store, actor: Actor, hospital: int) -> None:
    for basis in ("first", "second"):
        store_forecast(store, actor, hospital, LABEL, (PRODUCT, basis, ()))
    assert [one.basis for one in forecasts(store, hospital)] == ["second", "first"]


def test_another_hospital_sees_none_of_it(store: Store, actor: Actor, hospital: int) -> None:
    other = create_hospital(store, actor, "邻县医院")
    number = store_forecast(store, actor, hospital, LABEL, (PRODUCT, "abc", ()))
    add_event(store, actor, hospital, Entry(CLOSED, "检修"))
    assert forecasts(store, other) == ()
    assert values(store, other, number).empty
    assert events(store, other).empty


def test_an_event_is_entered_changed_and_removed(store: Store, actor: Actor, hospital: int) -> None:
    number = add_event(store, actor, hospital, Entry(CLOSED, "检修"))
    more = Event("change", 20261201, 20270131, percent=20.0, learn=False, name="流感季")
    change_event(store, actor, number, Entry(more, "疾控预警"), 1)
    (row,) = events(store, hospital).to_dict("records")
    assert event_in(row) == more
    assert (row["reason"], row["version"]) == ("疾控预警", 2)
    remove_event(store, actor, number, 2)
    assert events(store, hospital).empty


def test_an_event_that_somebody_changed_first_stays(
    store: Store, actor: Actor, hospital: int
) -> None:
    number = add_event(store, actor, hospital, Entry(CLOSED, "检修"))
    change_event(store, actor, number, Entry(CLOSED, "改期"), 1)
    with pytest.raises(ConflictError):
        change_event(store, actor, number, Entry(CLOSED, "又改"), 1)
    with pytest.raises(ConflictError):
        remove_event(store, actor, number, 1)
    assert events(store, hospital)["reason"].tolist() == ["改期"]


@pytest.mark.parametrize("given", [("", "检修", "E_EVENT_NAME"), ("检修", " ", "E_EVENT_REASON")])
def test_an_event_says_what_and_why(
    store: Store, actor: Actor, hospital: int, given: tuple[str, str, str]
) -> None:
    name, reason, code = given
    nameless = Event("closure", 20261105, 20261106, name=name)
    with pytest.raises(DataError) as refused:
        add_event(store, actor, hospital, Entry(nameless, reason))
    assert refused.value.code == code
