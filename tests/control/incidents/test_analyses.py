"""Root cause analyses in the store: begun, written by two people at once, finished by the rules."""

from __future__ import annotations

import pytest

from core.control.incidents.analyses.records import (
    Begun,
    Written,
    analyses,
    begin,
    finish,
    lines,
    overdue,
    remove_line,
    set_team,
    write_line,
)
from core.control.incidents.box.records import report
from core.control.incidents.raising import draft_of
from core.control.incidents.records import incidents, triage
from core.errors import ConflictError, DataError
from core.frames import Scope
from core.store.engine import Actor, Store
from core.store.trail import last_rows
from tests.control.incidents.given import DEFINITIONS, LETTER, TODAY, graded, hospital

CAUSE = {"kind": "root", "because": "没有规定", "likelier": "漏查", "so": "跌倒"}


def begun(store: Store, actor: Actor) -> tuple[Scope, int]:
    """A hospital's scope, and the analysis of its sentinel event."""
    scope = hospital(store, actor)
    report(store, scope.hospital_id, LETTER, DEFINITIONS, TODAY)
    event = int(incidents(store, scope)["id"].iloc[0])
    triage(store, actor, scope, (event, 1), (DEFINITIONS, graded(1)))
    number = begin(store, actor, scope, (event, 2), Begun(TODAY, 45, ("甲", "乙")))
    return scope, number


def write(store: Store, actor: Actor, scope: Scope, written: Written) -> int:
    return write_line(store, actor, scope, written, DEFINITIONS)


def whole(store: Store, actor: Actor, scope: Scope, number: int) -> int:
    """Everything that a finished analysis holds; the cause's id."""

    def line(section: str, **content: str) -> int:
        return write(store, actor, scope, Written(number, section, content))

    for at in ("08:00", "08:10"):
        line("timeline", at=at, fact="事实")
    line("bone", bone="method", text="没有规定")
    cause = line("cause", **CAUSE)
    line("why", cause=str(cause), text="没有规定", evidence="制度", depth="system")
    line("measure", cause=str(cause), measure="forcing", text="系统强制")
    return cause


def test_an_analysis_begins_with_a_deadline_and_takes_its_event_along(
    store: Store, actor: Actor
) -> None:
    scope, number = begun(store, actor)
    row = analyses(store, scope).iloc[0]
    assert (row["id"], row["state"], row["due_on"]) == (number, "open", 20260301)
    assert incidents(store, scope)["state"].tolist() == ["analysing"]
    assert overdue(analyses(store, scope), TODAY.replace(month=4)).tolist() == [True]
    event = int(row["incident_id"])
    with pytest.raises(DataError, match="E_INCIDENT_MOVE"):
        begin(store, actor, scope, (event, 3), Begun(TODAY, 45, ()))


def test_it_is_finished_only_when_the_rules_are_kept_and_then_stays_as_it_is(
    store: Store, actor: Actor
) -> None:
    scope, number = begun(store, actor)
    with pytest.raises(DataError, match="E_ANALYSIS_FINISH"):
        finish(store, actor, scope, (number, 1), (TODAY, DEFINITIONS))
    whole(store, actor, scope, number)
    finish(store, actor, scope, (number, 1), (TODAY, DEFINITIONS))
    assert incidents(store, scope)["state"].tolist() == ["closed"]
    with pytest.raises(DataError, match="E_ANALYSIS_CLOSED"):
        write(store, actor, scope, Written(number, "cause", CAUSE))


def test_two_people_write_different_lines_at_once_and_nothing_is_lost(
    store: Store, actor: Actor
) -> None:
    scope, number = begun(store, actor)
    first = write(store, actor, scope, Written(number, "cause", CAUSE))
    for text in ("甲写的", "乙写的"):
        write(store, actor, scope, Written(number, "bone", {"bone": "people", "text": text}))
    one = Written(number, "cause", CAUSE | {"so": "甲改"}, first, 1)
    other = Written(number, "cause", CAUSE | {"so": "乙改"}, first, 1)
    write(store, actor, scope, one)
    with pytest.raises(ConflictError) as told:
        write(store, actor, scope, other)
    stored = told.value.fields["stored"]
    assert isinstance(stored, dict)
    assert stored["so"] == "甲改"
    assert len(lines(store, scope.hospital_id, number)) == 3
    assert last_rows(store, 1)[0]["action"] == "incident.analysis.line"


def test_a_cause_takes_its_whys_and_measures_along(store: Store, actor: Actor) -> None:
    scope, number = begun(store, actor)
    cause = whole(store, actor, scope, number)
    remove_line(store, actor, scope, number, (cause, 1))
    left = {line.section for line in lines(store, scope.hospital_id, number)}
    assert left == {"timeline", "bone"}


def test_a_sixth_why_and_a_why_of_no_cause_are_refused(sqlite_store: Store, actor: Actor) -> None:
    scope, number = begun(sqlite_store, actor)
    cause = write(sqlite_store, actor, scope, Written(number, "cause", CAUSE))
    told = {"cause": str(cause), "text": "为什么", "evidence": "表", "depth": "act"}
    for _ in range(5):
        write(sqlite_store, actor, scope, Written(number, "why", told))
    with pytest.raises(DataError, match="E_ANALYSIS_WHYS"):
        write(sqlite_store, actor, scope, Written(number, "why", told))
    with pytest.raises(DataError, match="E_INCIDENT_CHOICE"):
        write(sqlite_store, actor, scope, Written(number, "why", told | {"cause": "0"}))


def test_the_team_is_changed_at_the_version_seen(sqlite_store: Store, actor: Actor) -> None:
    scope, number = begun(sqlite_store, actor)
    set_team(sqlite_store, actor, scope, (number, 1), ("甲", "丙"))
    with pytest.raises(ConflictError):
        set_team(sqlite_store, actor, scope, (number, 1), ("丁",))


def test_another_department_may_not_write(sqlite_store: Store, actor: Actor) -> None:
    scope, number = begun(sqlite_store, actor)
    other = Scope(scope.hospital_id, 0, 999_999, ("B",))
    assert analyses(sqlite_store, other).empty
    with pytest.raises(DataError, match="E_INCIDENT_CHOICE"):
        write(sqlite_store, actor, other, Written(number, "cause", CAUSE))


def test_a_measure_becomes_an_action_with_its_origin(sqlite_store: Store, actor: Actor) -> None:
    scope, number = begun(sqlite_store, actor)
    whole(sqlite_store, actor, scope, number)
    told = lines(sqlite_store, scope.hospital_id, number)
    event = incidents(sqlite_store, scope).iloc[0].to_dict()
    cause = next(one for one in told if one.section == "cause")
    measure = next(one for one in told if one.section == "measure")
    draft = draft_of(number, event, cause, measure)
    assert (draft.title, draft.department, draft.severity) == ("系统强制", "A", "serious")
    assert draft.origin.kind == "rca"
    assert draft.origin.key == f"{number}:{measure.id}"
    assert draft.origin.codes["incident"] == event["id"]
    assert "由于没有规定" in draft.problem
