"""Rounds: blind until released, conflicts left out, agreement, what would raise the score."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from core.errors import ConflictError, DataError
from core.hospital.records import create_hospital
from core.planning.goals.records import add_plan
from core.planning.reviews import records
from core.planning.reviews.comparing import Option, compared
from core.planning.reviews.model import Member, Round, Sheet, asked
from core.planning.reviews.records import (
    add_note,
    handed_in,
    notes,
    open_round,
    release,
    rounds,
    score_again,
    sheets,
    submit,
)
from core.planning.reviews.results import Ground, agreed, result, table_of
from core.planning.rubric import load_rubric
from core.store.engine import Actor, Store
from tests.planning.goals import PLAN

RUBRIC = load_rubric(Path("data/planning"))
CODES = asked(RUBRIC, "full")
PEOPLE = ("王一", "李二", "赵三")
SECRET = 4.1875
"""A score that stands nowhere else in a store."""
Place = tuple[int, int]


@pytest.fixture
def place(store: Store, actor: Actor) -> Place:
    hospital = create_hospital(store, actor, "县医院")
    plan = add_plan(store, actor, hospital, PLAN)
    members = (*(Member(name) for name in PEOPLE), Member("周四", "规划编制科室成员"))
    draft = Round(plan, "首轮", "full", members, RUBRIC.weights)
    return hospital, open_round(store, actor, hospital, draft)


def give(store: Store, place: Place, name: str, turn: int = 1, score: float = SECRET) -> None:
    sheet = Sheet(name, turn, dict.fromkeys(CODES, score), "机密意见")
    submit(store, Actor(name, "t"), place, sheet, CODES)


def told(store: Store, place: Place) -> str:
    """Everything that any read of rounds says, the audit included."""
    reads = {
        name: function
        for name, function in inspect.getmembers(records, inspect.isfunction)
        if function.__module__ == records.__name__
        and list(inspect.signature(function).parameters)[:2] == ["store", "hospital_id"]
    }
    assert {"rounds", "handed_in", "sheets", "notes"} == set(reads)
    said = [str(reads.pop("rounds")(store, place[0]))]
    for function in reads.values():
        found = function(store, *place)
        said.append(str(found) if isinstance(found, tuple) else found.to_csv())
    with store.read() as connection:
        said += [str(row) for row in connection.execute(text("SELECT * FROM audit")).all()]
    return "\n".join(said)


def test_nobody_sees_a_score_before_the_release(store: Store, actor: Actor, place: Place) -> None:
    """Not even one's own: what nobody can read, nobody can show, keep or export."""
    give(store, place, "王一")
    give(store, place, "李二")
    assert str(SECRET) not in told(store, place)
    assert "机密意见" not in told(store, place)
    assert handed_in(store, *place)["name"].tolist() == ["李二", "王一"]
    with pytest.raises(DataError, match="E_ROUND_WAITING"):
        release(store, actor, place, 1)
    give(store, place, "赵三")
    assert str(SECRET) not in told(store, place)
    release(store, actor, place, 1)
    assert [sheet.name for sheet in sheets(store, *place)] == ["李二", "王一", "赵三"]


def test_second_scores_are_as_secret_and_the_first_stay(
    store: Store, actor: Actor, place: Place
) -> None:
    for name in PEOPLE:
        give(store, place, name, score=3.0)
    release(store, actor, place, 1)
    score_again(store, actor, place, 2)
    give(store, place, "王一", 2)
    assert str(SECRET) not in told(store, place)
    assert {sheet.turn for sheet in sheets(store, *place)} == {1}
    for name in PEOPLE[1:]:
        give(store, place, name, 2)
    release(store, actor, place, 3)
    assert rounds(store, place[0])[0].state == "final"
    assert [sheet.turn for sheet in sheets(store, *place)] == [1, 1, 1, 2, 2, 2]


REFUSED = (
    ("周四", 1, {"SCI1": 3.0}, "E_SHEET_MEMBER"),
    ("外人", 1, {"SCI1": 3.0}, "E_SHEET_MEMBER"),
    ("王一", 2, {"SCI1": 3.0}, "E_SHEET_CLOSED"),
    ("王一", 1, {"SCI1": 6.0}, "E_SHEET_SCORE"),
    ("王一", 1, {"ZZZ": 3.0}, "E_SHEET_SCORE"),
    ("王一", 1, {}, "E_SHEET_EMPTY"),
)


def test_who_may_not_and_what_may_not_is_refused(store: Store, place: Place) -> None:
    for name, turn, scores, code in REFUSED:
        with pytest.raises(DataError, match=code):
            submit(store, Actor(name, "t"), place, Sheet(name, turn, scores), CODES)


def test_nobody_scores_in_the_name_of_another(store: Store, place: Place) -> None:
    with pytest.raises(DataError, match="E_SHEET_MEMBER"):
        submit(store, Actor("王一", "t"), place, Sheet("李二", 1, {"SCI1": 3.0}), CODES)


def test_a_sheet_is_handed_in_once(store: Store, place: Place) -> None:
    give(store, place, "王一")
    with pytest.raises(DataError, match="E_SHEET_TWICE"):
        give(store, place, "王一")


def test_three_must_judge_beside_those_left_out(store: Store, actor: Actor, place: Place) -> None:
    members = (Member("王一"), Member("李二"), Member("赵三", "回避"))
    with pytest.raises(DataError, match="E_ROUND_FEW"):
        open_round(store, actor, place[0], Round(1, "二", "full", members, RUBRIC.weights))


def test_notes_wait_for_the_release(store: Store, actor: Actor, place: Place) -> None:
    with pytest.raises(DataError, match="E_ROUND_STATE"):
        add_note(store, actor, place, "SCI1", "我给了 4 分")
    for name in PEOPLE:
        give(store, place, name)
    release(store, actor, place, 1)
    add_note(store, actor, place, "SCI1", "有分歧")
    assert notes(store, *place)["text"].tolist() == ["有分歧"]


def test_the_second_to_release_is_told(store: Store, actor: Actor, place: Place) -> None:
    for name in PEOPLE:
        give(store, place, name)
    release(store, actor, place, 1)
    with pytest.raises(ConflictError):
        score_again(store, actor, place, 1)


def _sheets(*rows: list[float]) -> list[Sheet]:
    return [
        Sheet(name, 1, dict(zip(CODES, row, strict=False)))
        for name, row in zip("甲乙丙丁", rows, strict=False)
    ]


def test_the_score_is_the_mean_of_each_item_by_its_weight() -> None:
    found = result(Ground(RUBRIC, "full", RUBRIC.weights, {}), _sheets([5.0] * 16, [3.0] * 16))
    assert found.score == pytest.approx(80)
    assert found.grade == "good"


def test_a_gap_caps_an_item_and_filling_it_comes_first() -> None:
    ground = Ground(RUBRIC, "full", RUBRIC.weights, {"A4": (3,), "A3": (1, 2)})
    found = result(ground, _sheets([5.0] * 16, [5.0] * 16, [5.0] * 16))
    assert found.uncapped == pytest.approx(100)
    assert found.score == pytest.approx(100 - 7 * 3 / 5 - 5 * 4 / 5)
    first, second = found.improvements
    assert (first.code, first.gain, first.effort) == ("OPE2", pytest.approx(4.2), 1)
    assert (second.code, second.gain, second.effort) == ("BAS3", pytest.approx(4.0), 2)


def test_a_low_score_is_not_raised_by_a_cap() -> None:
    found = result(Ground(RUBRIC, "full", RUBRIC.weights, {"A4": (1,)}), _sheets([1.0] * 16))
    assert found.score == pytest.approx(20)


def test_the_quick_form_is_capped_by_what_its_items_lose() -> None:
    """CHK: 8 of 25 points at most 2 of 5: (8 × 2 + 17 × 5) / 25 = 4.04."""
    ground = Ground(RUBRIC, "quick", RUBRIC.weights, {"A1": (1,)})
    given = [Sheet(name, 1, dict.fromkeys(RUBRIC.criteria, 5.0)) for name in "甲乙丙"]
    found = result(ground, given)
    assert found.items[3].cap == pytest.approx(4.04)
    assert found.score == pytest.approx(75 + 25 * 4.04 / 5)


def test_opposed_reviewers_agree_little_and_say_where() -> None:
    rows = [[5.0, 1.0] * 8, [1.0, 5.0] * 8, [3.0] * 16]
    found = result(Ground(RUBRIC, "full", RUBRIC.weights, {}), _sheets(*rows))
    assert found.agreement.level == "low"
    assert len(found.apart) == 16


def test_items_that_all_come_out_alike_tell_no_coefficient() -> None:
    """Each reviewer gives one figure throughout: strict or lenient, but nothing stands out."""
    found = agreed(np.array([[4.0] * 4, [4.0] * 4, [3.0] * 4]))
    assert (found.level, found.reason) == ("unknown", "items_alike")
    assert np.isnan(found.icc)


def test_equal_reviewers_agree_and_gaps_leave_it_to_alpha() -> None:
    same = [[1.0, 2.0, 3.0, 4.0] * 4] * 3
    assert agreed(table_of(CODES, _sheets(*same))).icc == pytest.approx(1)
    short = agreed(table_of(CODES, [*_sheets(*same[:2]), Sheet("丙", 1, {"SCI1": 1.0})]))
    assert (short.decides, short.alpha) == ("alpha", pytest.approx(1))
    assert agreed(table_of(CODES, _sheets([3.0] * 16, [3.0] * 16))).reason == "all_equal"


def test_the_better_and_cheaper_plan_comes_first() -> None:
    points = dict.fromkeys(RUBRIC.weights, 20.0)
    good = Option(1, "甲", points, 100, 80.0)
    dear = Option(2, "乙", points, 300, 80.0)
    weak = Option(3, "丙", points | {"SCI": 10.0}, 300, 70.0)
    order = compared([weak, dear, good], RUBRIC.weights, 0.2).order
    assert order.rank.tolist() == [3, 2, 1]
    assert order.closeness[2] == pytest.approx(1)


def test_weights_of_the_criteria_share_what_the_budget_leaves() -> None:
    points = dict.fromkeys(RUBRIC.weights, 20.0)
    two = [Option(1, "甲", points, 100, 80.0), Option(2, "乙", points, 200, 80.0)]
    weights = compared(two, RUBRIC.weights, 0.2).weights
    assert weights["budget"] == 0.2
    assert sum(weights.values()) == pytest.approx(1)
    assert json.dumps(weights)
