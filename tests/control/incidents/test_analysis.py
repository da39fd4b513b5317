"""What a finished root cause analysis keeps."""

from __future__ import annotations

import pytest

from core.control.incidents.analysis import Line, check_finish, checked_line, checks
from core.errors import DataError
from tests.control.incidents.given import DEFINITIONS

TEAM = ("甲", "乙")
CAUSE = {"kind": "root", "because": "没有规定", "likelier": "漏查", "so": "跌倒"}


def measure(number: int, kind: str, cause: int = 3) -> Line:
    told = {"cause": str(cause), "measure": kind, "text": "改", "department": ""}
    return Line(number, "measure", told)


WHOLE = (
    Line(1, "timeline", {"at": "08:00", "role": "", "fact": "甲", "source": "", "deviation": ""}),
    Line(2, "timeline", {"at": "08:10", "role": "", "fact": "乙", "source": "", "deviation": ""}),
    Line(3, "cause", CAUSE),
    Line(4, "why", {"cause": "3", "text": "没看到", "evidence": "记录", "depth": "act"}),
    Line(5, "why", {"cause": "3", "text": "没有规定", "evidence": "制度", "depth": "system"}),
    measure(6, "forcing"),
    Line(7, "bone", {"bone": "method", "text": "没有规定"}),
)


def lacking(lines: tuple[Line, ...], team: tuple[str, ...] = TEAM) -> list[str]:
    return [one.code for one in checks(lines, team, DEFINITIONS) if not one.kept]


def without(*numbers: int) -> tuple[Line, ...]:
    return tuple(line for line in WHOLE if line.id not in numbers)


def test_a_whole_analysis_may_be_finished() -> None:
    assert lacking(WHOLE) == []
    check_finish(WHOLE, TEAM, DEFINITIONS)


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (without(1), ["timeline"]),
        (without(7), ["bones"]),
        (without(5), ["deep"]),
        (without(6), ["each", "strong"]),
        ((*without(6), measure(6, "training")), ["each", "strong"]),
        ((*without(6), measure(6, "independent")), ["strong"]),
        ((*WHOLE, Line(8, "cause", CAUSE)), ["deep", "each"]),
    ],
)
def test_what_is_missing_is_named(lines: tuple[Line, ...], codes: list[str]) -> None:
    assert lacking(lines) == codes
    with pytest.raises(DataError, match="E_ANALYSIS_FINISH"):
        check_finish(lines, TEAM, DEFINITIONS)


def test_a_strong_measure_of_one_cause_does_not_help_another() -> None:
    other = Line(8, "cause", CAUSE)
    why = Line(9, "why", {"cause": "8", "text": "没有", "evidence": "表", "depth": "system"})
    assert lacking((*WHOLE, other, why, measure(10, "label", 8))) == ["each"]
    assert lacking((*WHOLE, other, why, measure(10, "checklist", 8))) == []


def test_a_contributing_cause_needs_no_measure_of_its_own() -> None:
    assert lacking((*WHOLE, Line(8, "cause", CAUSE | {"kind": "contributing"}))) == []


def test_a_why_without_evidence_and_one_person_alone_are_not_enough() -> None:
    bare = Line(5, "why", {"cause": "3", "text": "没有", "evidence": "", "depth": "system"})
    assert lacking((*without(5), bare), ("甲", "甲")) == ["team", "evidence"]


def test_a_double_check_is_weak_and_two_who_calculate_alone_are_medium() -> None:
    assert DEFINITIONS.strength("double_check") == "weak"
    assert DEFINITIONS.strength("independent") == "medium"


@pytest.mark.parametrize(
    "told", [CAUSE | {"because": " "}, CAUSE | {"kind": "guilty"}, CAUSE | {"so": "长" * 401}]
)
def test_a_line_that_lacks_something_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(DataError):
        checked_line("cause", told, DEFINITIONS)
