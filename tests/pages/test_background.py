"""Work in the background: a bar while it lasts, its faults told where they can be read."""

from __future__ import annotations

import threading

import pytest

from core.errors import DataError
from core.words import t
from pages.shared import background
from tests.pages.app import HOME, STAFFING, Tab


def test_steps_are_worked_out_once_for_everybody() -> None:
    done: list[str] = []
    steps = [("a", lambda: done.append("a")), ("b", lambda: done.append("b"))]
    assert background.ready("once", steps)
    assert background.ready("once", steps)
    assert done == ["a", "b"]


def test_what_went_wrong_is_told_and_tried_again() -> None:
    faults = [DataError("E_FLOW_EMPTY")]

    def work() -> None:
        if faults:
            raise faults.pop()

    with pytest.raises(DataError, match="E_FLOW_EMPTY"):
        background.ready("fault", [("a", work)])
    assert background.ready("fault", [("a", work)])


@pytest.mark.usefixtures("demo")
def test_a_page_shows_how_far_it_is_and_can_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(background, "patience", 0.05)
    monkeypatch.setattr(
        "pages.shared.staffing_reads.work",
        lambda shown, week: (("held", week), [("staffing.checking", goes_on.wait)]),
    )
    tab = Tab(STAFFING)
    assert t("staffing.checking") in "".join(tab.texts())
    assert not tab.at.subheader
    assert tab.go(HOME).at.subheader
    goes_on.set()
    monkeypatch.setattr(background, "patience", 60.0)
    assert tab.go(STAFFING).headline()
