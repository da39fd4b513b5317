"""Who may move an action on: whatever people try, nobody closes what they took part in."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.control.actions.flow import MOVES, allowed, check_move
from core.control.actions.model import CLOSED, REVIEW, VOID, Assignment, Draft, Origin
from core.control.actions.rows import Move, apply_move, row_of, standing_of
from core.control.actions.rules import raised, rules
from core.control.actions.tables import ImprovementAction
from core.errors import DataError, DefinitionError

AT = dt.datetime(2026, 1, 15, 8, tzinfo=dt.UTC)
PEOPLE = ("甲", "乙", "丙", "丁")
DRAFT = Draft(
    "洗手", "0101", Origin("finding", "IC01"), "ordinary", "没洗", owner="甲", verifier="乙"
)

names = st.sampled_from(PEOPLE)
moves = st.builds(
    Move,
    st.sampled_from([*sorted(MOVES), *("submit", "close") * 3]),
    st.just("写明"),
    st.builds(
        Assignment,
        names,
        names,
        st.just(20260131),
        st.lists(names, max_size=2, unique=True).map(tuple),
    ),
    indicator=st.just("SF013"),
    periods=st.just(3),
)


def opened() -> ImprovementAction:
    return row_of(1, "丁", DRAFT, AT)


def went(row: ImprovementAction, move: str, who: str) -> ImprovementAction:
    told = Move(move, "写明", Assignment("甲", "乙", 20260131) if move == "assign" else None)
    check_move(standing_of(row), move, who)
    apply_move(row, told, who, AT)
    return row


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(moves, names), min_size=8, max_size=24))
def test_nobody_closes_what_they_took_part_in(tries: list[tuple[Move, str]]) -> None:
    row, evidence = opened(), set()
    for move, who in tries:
        before = standing_of(row)
        try:
            check_move(before, move.name, who)
            apply_move(row, move, who, AT)
        except DataError:
            assert standing_of(row) == before  # what is refused changes nothing
            continue
        if move.name == "reopen":
            evidence = set()
        if move.name == "submit":
            assert who in before.workers
            evidence.add(who)
        if move.name == "close":
            assert who == before.verifier
            assert who not in {*before.workers, *evidence}
            assert evidence
        assert set(json.loads(row.handed_in)) == evidence
        assert row.verifier not in {*standing_of(row).workers, *evidence} - {""}
        assert (row.closed_at is not None) == (row.state == CLOSED)


def test_the_way_from_assigned_to_closed() -> None:
    row = went(went(opened(), "start", "甲"), "submit", "甲")
    assert row.state == REVIEW
    assert went(row, "close", "乙").state == CLOSED


def test_what_is_sent_back_is_handed_in_again() -> None:
    row = went(went(opened(), "submit", "甲"), "send_back", "乙")
    assert row.state == "working"
    with pytest.raises(DataError, match="E_ACTION_STATE"):
        went(row, "close", "乙")


@pytest.mark.parametrize(
    ("move", "who", "code"),
    [
        ("close", "甲", "E_ACTION_SELF"),
        ("close", "丙", "E_ACTION_VERIFIER"),
        ("send_back", "丁", "E_ACTION_VERIFIER"),
        ("void", "甲", "E_ACTION_OWN"),
        ("assign", "甲", "E_ACTION_OWN"),
        ("aim", "甲", "E_ACTION_OWN"),
        ("submit", "甲", "E_ACTION_STATE"),
    ],
)
def test_a_step_that_is_not_theirs_is_refused(move: str, who: str, code: str) -> None:
    row = went(opened(), "submit", "甲")
    with pytest.raises(DataError, match=code):
        went(row, move, who)


def test_only_who_does_the_work_hands_in() -> None:
    with pytest.raises(DataError, match="E_ACTION_WORKERS"):
        went(opened(), "submit", "乙")


def test_who_handed_in_is_not_made_verifier_afterwards() -> None:
    row = went(opened(), "submit", "甲")
    with pytest.raises(DataError, match="E_ACTION_SAME"):
        apply_move(row, Move("assign", "", Assignment("丙", "甲", 20260131)), "丁", AT)
    assert row.verifier == "乙"


def test_buttons_and_refusals_say_the_same() -> None:
    row = went(opened(), "submit", "甲")
    assert allowed(standing_of(row), "乙") == ("assign", "send_back", "close", "void", "aim")
    assert allowed(standing_of(row), "甲") == ()
    assert allowed(standing_of(went(row, "void", "乙")), "乙") == ()
    assert row.state == VOID


def test_deadlines_follow_from_the_severity() -> None:
    days = rules().deadline_days
    assert [days[one] for one in ("danger", "serious", "ordinary", "system")] == [1, 7, 14, 90]
    assert opened().due == 20260129
    assert (raised("ordinary"), raised("danger")) == ("serious", "danger")


def test_a_rule_that_makes_no_sense_is_refused(tmp_path) -> None:
    file = tmp_path / "actions.toml"
    file.write_text("source = 'x'\n[deadline_days]\ndanger = 'soon'\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="deadline_days"):
        rules(file)
