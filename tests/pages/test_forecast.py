"""流量预测: made, tested, changed by events, held against what came."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.flow.events.records import events, remove_event
from core.words import t
from pages.shared import flow_jobs, session
from tests.pages.app import FORECAST, Tab
from tests.pages.test_every_chart import lacking
from tests.stores import ACTOR, AS_OF, url_of


@pytest.fixture(scope="module")
def shared(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One store for all of them: a forecast that is made stays made."""
    own = Path(shutil.copy(demo_file, tmp_path_factory.mktemp("forecast") / "store.db"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JINGGUAN_AS_OF", AS_OF)
        patch.setenv("JINGGUAN_DATABASE_URL", url_of(own))
        session.reopen()
        yield
        session.store().close()
        session.reopen()
        own.unlink()


@pytest.fixture
def demo(shared: None) -> Iterator[None]:
    """The shared store without an event."""
    yield
    for row in events(session.store(), 1).to_dict("records"):
        remove_event(session.store(), ACTOR, row["id"], row["version"])


def made() -> Tab:
    """The page of the monthly forecast that the demo hospital comes with."""
    return Tab(FORECAST, freq="M")


def make(tab: Tab) -> Tab:
    if t("forecast.make") in [button.label for button in tab.at.button]:
        tab.press(t("forecast.make"))
    flow_jobs.wait_for_all()
    return tab.run()


def part(tab: Tab, name: str) -> Tab:
    tab.at.session_state["forecast_tab"] = t(f"forecast.tab.{name}")
    return tab.run()


def enter(tab: Tab, name: str, days: tuple[dt.date, dt.date], percent: float) -> Tab:
    """A change of arrivals, saved."""
    part(tab, "events").choose("forecast_event_kind_new", "change")
    tab.write(t("forecast.event.name"), name).write(t("forecast.event.reason"), "疾控预警")
    tab.at.date_input[0].set_value(days)
    next(one for one in tab.at.number_input).set_value(percent)
    return tab.press(t("forecast.event.save"))


def test_nothing_is_claimed_before_a_forecast_is_made(demo: None) -> None:
    tab = Tab(FORECAST, freq="W")
    assert t("forecast.make") in [button.label for button in tab.at.button]
    assert not tab.at.subheader


def test_the_answer_comes_first_with_how_sure_it_is(demo: None) -> None:
    tab = made()
    assert tab.headline().startswith("2026年11月急诊预计")
    assert "80%" in tab.headline()
    cards = tab.metrics()
    assert cards[t("forecast.card.error")] == "1.9%"
    assert cards[t("forecast.card.coverage")] == "89% / 100%"
    assert len(tab.table()) == 6


def test_the_page_opens_with_a_forecast_that_is_there(demo: None) -> None:
    tab = Tab(FORECAST)
    assert tab.query()["freq"] == "M"
    assert tab.headline() == made().headline()


def test_its_test_its_drivers_and_its_hours_are_told(demo: None) -> None:
    tab = made()
    assert part(tab, "accuracy").table()[t("forecast.score.own")].tolist()[0] == "1.9%"
    for name in ("ahead", "hours", "drivers"):
        assert lacking(part(tab, name), "zh") == (1, []), name


def test_a_department_and_a_stream_are_kept_in_the_address(demo: None) -> None:
    tab = Tab(FORECAST, freq="M", stream="outpatient", dept="0101")
    make(tab)
    assert "门诊" in tab.headline()
    assert tab.query()["stream"] == "outpatient"


def test_a_department_without_arrivals_says_so(demo: None) -> None:
    tab = Tab(FORECAST, dept="0805")
    assert t("forecast.none_here") in [one.value for one in tab.at.info]


def test_an_event_changes_its_months_at_once_and_not_others(demo: None) -> None:
    tab = made()
    expected = t("forecast.column.mean")
    before = part(tab, "ahead").table()[expected].tolist()
    enter(tab, "流感季", (dt.date(2026, 12, 1), dt.date(2026, 12, 31)), 20.0)
    rows = part(tab, "ahead").table()
    assert rows[expected].iloc[1] == pytest.approx(before[1] * 1.2, abs=0.2)
    assert rows[expected].tolist()[2:] == before[2:]
    assert "20" in rows[t("forecast.column.note")].iloc[1]


def test_an_event_without_a_reason_is_refused(demo: None) -> None:
    tab = part(made(), "events").write(t("forecast.event.name"), "停诊")
    tab.press(t("forecast.event.save"))
    assert "原因" in tab.errors()[0]


def test_an_event_is_changed_and_removed(demo: None) -> None:
    tab = enter(made(), "流感季", (dt.date(2026, 12, 1), dt.date(2026, 12, 31)), 20.0)
    next(one for one in tab.at.button if str(one.key).startswith("forecast_event_open_")).click()
    tab.run()
    tab.write(t("forecast.event.name"), "甲流季").press(t("forecast.event.save"))
    assert "甲流季" in tab.said()
    away = [one for one in tab.at.button if str(one.key).startswith("forecast_event_remove_")]
    away[0].click()
    assert "甲流季" not in tab.run().said()


def test_a_day_left_out_of_learning_asks_for_another_forecast(demo: None) -> None:
    tab = made()
    part(tab, "events").choose("forecast_event_kind_new", "closure")
    tab.write(t("forecast.event.name"), "检修").write(t("forecast.event.reason"), "检修")
    tab.at.date_input[0].set_value((dt.date(2026, 3, 2), dt.date(2026, 3, 3)))
    tab.press(t("forecast.event.save"))
    assert t("forecast.stale") in [one.value for one in tab.at.warning]
    assert t("forecast.make_again") in [button.label for button in tab.at.button]


def test_a_forecast_made_afterwards_is_held_against_what_came(demo: None) -> None:
    tab = part(made(), "tracked")
    tab.press(t("forecast.back", day="2026-09-30"))
    flow_jobs.wait_for_all()
    rows = part(tab.run(), "tracked").table()
    known = dict(
        zip(rows[t("forecast.track.origin")], rows[t("forecast.track.known")], strict=True)
    )
    assert known == {"2026-09-30": "1 / 6 期", "2026-04-30": "6 / 6 期"}
    assert rows[t("forecast.track.made")].str.startswith("补做").all()


def test_the_year_whose_exchanged_days_are_not_announced_is_named(demo: None) -> None:
    assert any("2027" in one.value for one in made().at.info)
