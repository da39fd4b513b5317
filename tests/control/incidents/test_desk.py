"""The desk: triage, moves and answers are audited, version-checked, and of one's departments."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.control.incidents.box.records import report
from core.control.incidents.grading import STATES
from core.control.incidents.records import (
    Move,
    Triage,
    answer,
    incidents,
    move,
    needs,
    rules,
    set_rule,
    steps,
    triage,
)
from core.errors import ConflictError, DataError, JingguanError
from core.frames import Scope
from core.store.engine import Actor, Store
from core.store.trail import last_rows
from tests.control.incidents.given import DEFINITIONS, LETTER, TODAY, graded, hospital


def reported(store: Store, scope: Scope, count: int = 1) -> list[int]:
    """Ids of so many reports, none of which has been looked at."""
    for _ in range(count):
        report(store, scope.hospital_id, LETTER, DEFINITIONS, TODAY)
    return [int(one) for one in incidents(store, scope)["id"]]


def grade(store: Store, scope: Scope, event: int, made: Triage, version: int = 1) -> None:
    triage(store, Actor("质控", "tests"), scope, (event, version), (DEFINITIONS, made))


def test_triage_grades_scores_and_leaves_a_step_and_an_audit_row(
    store: Store, actor: Actor
) -> None:
    scope = hospital(store, actor)
    event = reported(store, scope)[0]
    grade(store, scope, event, graded(2, note="已核实"))
    row = incidents(store, scope).iloc[0]
    assert (row["state"], row["grade"], row["sac"], row["version"]) == ("graded", 2, 1, 2)
    assert steps(store, scope, event)[["before", "after", "note", "who"]].to_numpy().tolist() == [
        ["new", "graded", "已核实", "质控"]
    ]
    assert last_rows(store, 1)[0]["action"] == "incident.triage"
    assert last_rows(store, 1)[0]["who"] == "质控"


def test_who_is_second_is_told_what_is_stored(store: Store, actor: Actor) -> None:
    scope = hospital(store, actor)
    event = reported(store, scope)[0]
    grade(store, scope, event, graded(2))
    with pytest.raises(ConflictError) as told:
        grade(store, scope, event, graded(3))
    assert told.value.fields["stored"] == {"state": "graded", "version": 2}
    assert incidents(store, scope)["grade"].tolist() == [2]


def test_what_the_scope_does_not_hold_is_neither_read_nor_written(
    store: Store, actor: Actor
) -> None:
    scope = hospital(store, actor)
    event = reported(store, scope)[0]
    other = Scope(scope.hospital_id, 0, 999_999, ("B",))
    assert incidents(store, other).empty
    with pytest.raises(DataError, match="E_INCIDENT_CHOICE"):
        grade(store, other, event, graded(2))
    with pytest.raises(ConflictError):
        grade(store, Scope(scope.hospital_id + 1, 0, 999_999), event, graded(2))


def test_a_repeated_harm_is_not_closed_without_its_analysis(store: Store, actor: Actor) -> None:
    scope = hospital(store, actor)
    first, second = reported(store, scope, 2)
    grade(store, scope, first, graded(2))
    grade(store, scope, second, graded(2))
    assert sorted(needs(store, scope, DEFINITIONS)) == ["", "repeat"]
    late = next(one for one, why in needs(store, scope, DEFINITIONS).items() if why)
    early = next(one for one in (first, second) if one != late)
    close = Move("closed", "", DEFINITIONS)
    move(store, actor, scope, (early, 2), close)
    with pytest.raises(DataError, match="E_INCIDENT_ANALYSIS"):
        move(store, actor, scope, (int(str(late)), 2), close)


def test_an_event_is_not_put_aside_without_a_reason(store: Store, actor: Actor) -> None:
    scope = hospital(store, actor)
    event = reported(store, scope)[0]
    with pytest.raises(DataError, match="E_INCIDENT_NOTE"):
        move(store, actor, scope, (event, 1), Move("void", " ", DEFINITIONS))
    move(store, actor, scope, (event, 1), Move("void", "重复上报", DEFINITIONS))
    with pytest.raises(DataError, match="E_INCIDENT_MOVE"):
        grade(store, scope, event, graded(2), 2)


def test_an_answer_makes_the_next_version(store: Store, actor: Actor) -> None:
    scope = hospital(store, actor)
    event = reported(store, scope)[0]
    answer(store, actor, scope, (event, 1), "谢谢，已加警示牌。")
    with pytest.raises(ConflictError):
        answer(store, actor, scope, (event, 1), "再说一次")


def test_a_deadline_is_changed_within_its_bounds_at_the_version_seen(
    store: Store, actor: Actor
) -> None:
    scope = hospital(store, actor)
    figure = (DEFINITIONS, "hours_severe", 12.0)
    set_rule(store, actor, scope.hospital_id, figure, 0)
    assert rules(store, scope.hospital_id, DEFINITIONS)["hours_severe"] == 12
    with pytest.raises(ConflictError):
        set_rule(store, actor, scope.hospital_id, figure, 0)
    with pytest.raises(DataError, match="E_INCIDENT_RULE"):
        set_rule(store, actor, scope.hospital_id, (DEFINITIONS, "hours_severe", 0.0), 1)


WAYS = st.lists(
    st.tuples(st.sampled_from([*STATES, "grade"]), st.integers(1, 4), st.booleans()), max_size=8
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ways=WAYS)
def test_on_no_way_is_an_event_closed_that_needs_an_analysis_and_every_step_is_audited(
    sqlite_store: Store, actor: Actor, ways: list[tuple[str, int, bool]]
) -> None:
    scope = hospital(sqlite_store, actor)
    event = reported(sqlite_store, scope)[0]
    begun = sqlite_store.version()
    taken = 0
    for to, number, chosen in ways:
        version = int(incidents(sqlite_store, scope)["version"].iloc[0])
        try:
            if to == "grade":
                grade(sqlite_store, scope, event, graded(number, chosen=chosen), version)
            else:
                move(sqlite_store, actor, scope, (event, version), Move(to, "说明", DEFINITIONS))
            taken += 1
        except JingguanError:
            pass
        row = incidents(sqlite_store, scope).iloc[0]
        reasons = needs(sqlite_store, scope, DEFINITIONS).loc[event]
        assert row["state"] != "closed" or (row["grade"] > 0 and not reasons)
    assert sqlite_store.version() - begun == taken == len(steps(sqlite_store, scope, event))
