"""Grades, deadlines, who needs a root cause analysis, and the ways of an event."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.control.incidents.definitions import load_definitions
from core.control.incidents.grading import (
    CLOSED,
    GRADED,
    MOVES,
    STATES,
    VOID,
    analysis_reasons,
    check_grade,
    check_move,
    check_severity,
    in_time,
    suggested_grade,
    suggested_severity,
)
from core.errors import DataError, DefinitionError
from tests.control.incidents.given import DEFINITIONS, RULES, events


def test_the_sac_matrix_is_that_of_the_source() -> None:
    found = [
        [DEFINITIONS.score(down.code, along.code) for along in DEFINITIONS.probabilities]
        for down in DEFINITIONS.severities
    ]
    assert found == [[3, 3, 3, 3], [3, 2, 2, 2], [2, 1, 1, 1], [1, 1, 1, 1]]


def test_a_death_is_never_called_minor() -> None:
    assert suggested_severity(DEFINITIONS, "death") == "catastrophic"
    assert suggested_severity(DEFINITIONS, "none") == "minor"
    check_severity(DEFINITIONS, "severe", "major")
    for harm, severity in (("death", "major"), ("severe", "moderate")):
        with pytest.raises(DataError, match="E_INCIDENT_SEVERITY"):
            check_severity(DEFINITIONS, harm, severity)


def test_an_unknown_severity_has_no_score() -> None:
    assert DEFINITIONS.score("", "remote") == 0


@pytest.mark.parametrize(
    ("kind", "harm", "grade"),
    [
        ("event", "death", 1),
        ("event", "moderate", 2),
        ("event", "none", 3),
        ("near_miss", "none", 4),
        ("hazard", "unknown", 4),
    ],
)
def test_the_usual_grade_follows_from_kind_and_harm(kind: str, harm: str, grade: int) -> None:
    assert suggested_grade(DEFINITIONS, kind, harm) == grade
    check_grade(DEFINITIONS, kind, harm, grade)


@pytest.mark.parametrize(
    ("kind", "harm", "grade"),
    [("event", "none", 1), ("event", "death", 3), ("near_miss", "none", 3), ("hazard", "mild", 4)],
)
def test_a_grade_that_contradicts_the_harm_is_refused(kind: str, harm: str, grade: int) -> None:
    with pytest.raises(DataError, match="E_INCIDENT_GRADE"):
        check_grade(DEFINITIONS, kind, harm, grade)


def test_harm_is_reported_by_the_next_day_and_the_rest_within_three() -> None:
    rows = events(*[("A", "fall", 20260131, grade) for grade in (2, 2, 3, 3, 0)])
    rows["reported_on"] = [20260201, 20260202, 20260203, 20260204, 20260131]
    assert in_time(rows, RULES).tolist()[:4] == [1.0, 0.0, 1.0, 0.0]
    assert in_time(rows, RULES).isna().tolist() == [False] * 4 + [True]
    assert in_time(rows, RULES | {"hours_other": 24.0}).tolist()[2] == 0.0


def test_the_second_harm_of_a_type_in_a_department_within_a_year_needs_an_analysis() -> None:
    rows = events(
        ("A", "fall", 20250115, 2),
        ("A", "fall", 20260115, 2),  # a year to the day
        ("A", "fall", 20270116, 2),  # a year and a day
        ("A", "fall", 20270117, 3),  # no harm
        ("B", "fall", 20270117, 2),  # another department
        ("A", "tube", 20270118, 2),  # another type
    )
    assert analysis_reasons(rows, RULES).tolist() == ["", "repeat", "", "", "", ""]


def test_void_events_neither_need_an_analysis_nor_make_another_a_repetition() -> None:
    rows = events(("A", "fall", 20260101, 2), ("A", "fall", 20260102, 1))
    rows.loc[0, "state"] = VOID
    assert analysis_reasons(rows, RULES).tolist() == ["", "sentinel"]
    assert analysis_reasons(rows.assign(state=VOID), RULES).tolist() == ["", ""]


def test_sac_3_and_what_was_chosen_need_an_analysis() -> None:
    rows = events(("A", "fall", 20260101, 3), ("B", "fall", 20260101, 3))
    rows["sac"], rows["chosen"] = [3, 1], [False, True]
    assert analysis_reasons(rows, RULES).tolist() == ["sac", "chosen"]


def test_an_event_is_closed_only_from_graded_or_from_its_analysis() -> None:
    assert {state for state in STATES if CLOSED in MOVES[state]} == {GRADED, "analysing"}
    with pytest.raises(DataError, match="E_INCIDENT_MOVE"):
        check_move("new", CLOSED)


def test_a_faulty_definition_file_says_which(tmp_path: Path) -> None:
    file = tmp_path / "incidents.toml"
    file.write_text("sac = [[4]]", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"incidents\.toml"):
        load_definitions(file)
