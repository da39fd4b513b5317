"""The forecasts that the demo hospital comes with."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.flow.made.records import Made, forecasts, values
from core.store.opening import open_store
from tests.stores import url_of


@pytest.fixture(scope="module")
def made(demo_file: Path) -> list[tuple[Made, int]]:
    """Each with the number of its values."""
    store = open_store(url_of(demo_file))
    found = [(one, len(values(store, 1, one.id))) for one in forecasts(store, 1)]
    store.close()
    return found


def test_every_stream_has_one_from_now_and_one_from_half_a_year_ago(
    made: list[tuple[Made, int]],
) -> None:
    labels = {(one.label.stream, one.label.origin, one.label.backdated) for one, _ in made}
    assert labels == {
        (stream, origin, back)
        for stream in ("emergency", "outpatient", "inpatient")
        for origin, back in ((20261031, False), (20260430, True))
    }
    assert {number for _, number in made} == {6}


def test_those_from_now_are_tested_and_better_than_last_year(
    made: list[tuple[Made, int]],
) -> None:
    ratios = [one.scores["ratio"] for one, _ in made if one.scores]
    assert len(ratios) == 3
    assert max(ratios) < 1
