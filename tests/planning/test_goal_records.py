"""Plans and goals in the store: two people, versions with reasons, what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from core.errors import ConflictError, DataError
from core.hospital.records import create_hospital
from core.planning.goals.model import Goal
from core.planning.goals.records import (
    Change,
    Place,
    add_goals,
    add_plan,
    goal_in,
    plans,
    remove_goal,
    save_goal,
    save_links,
    save_plan,
    tree,
    versions,
)
from core.store.engine import Actor, Store
from tests.planning.goals import PLAN, WHOLE


@pytest.fixture
def place(store: Store, actor: Actor) -> Place:
    hospital = create_hospital(store, actor, "县医院")
    return hospital, add_plan(store, actor, hospital, PLAN)


@pytest.fixture
def three(store: Store, actor: Actor, place: Place) -> tuple[int, ...]:
    """A goal, one under it, one under that."""
    low = replace(WHOLE, level="person")
    changes = [Change(WHOLE), Change(replace(WHOLE, level="department"), 1), Change(low, 2)]
    return add_goals(store, actor, place, changes)


def test_goals_come_back_as_they_were_typed(store: Store, place: Place, three) -> None:
    found = tree(store, place)
    assert [(n, depth) for n, depth in found.ordered()] == [(1, 0), (2, 1), (3, 2)]
    assert found.goals[1].goal == WHOLE
    assert found.above(3) == (2, 1)


def test_the_second_of_two_people_is_told_and_nothing_is_lost(
    store: Store, actor: Actor, place: Place, three
) -> None:
    first, second = replace(WHOLE, owner="李二"), replace(WHOLE, target=-0.8)
    save_goal(store, Actor("李二", "t"), place, (1, 1), Change(first, reason="换人"))
    with pytest.raises(ConflictError) as told:
        save_goal(store, actor, place, (1, 1), Change(second))
    stored = told.value.fields["stored"]
    assert isinstance(stored, dict)
    assert (stored["who"], goal_in(stored["content"]).owner) == ("李二", "李二")
    save_goal(store, actor, place, (1, stored["version"]), Change(second, reason="加码"))
    rows = versions(store, place, 1)
    assert rows["version"].tolist() == [3, 2, 1]
    assert rows["reason"].tolist() == ["加码", "换人", ""]
    assert [goal_in(content).owner for content in rows["content"]] == ["王一", "李二", "王一"]


def test_an_approved_plan_asks_why(store: Store, actor: Actor, place: Place, three) -> None:
    plan = plans(store, place[0])[0]
    save_plan(store, actor, place[0], replace(plan, state="approved"))
    with pytest.raises(DataError, match="E_GOAL_REASON"):
        save_goal(store, actor, place, (1, 1), Change(replace(WHOLE, target=-1.0)))
    assert save_goal(store, actor, place, (1, 1), Change(replace(WHOLE, target=-1.0), 0, "因")) == 2


REFUSED = (
    (1, Change(WHOLE, 3), "E_GOAL_PARENT"),
    (1, Change(WHOLE, 1), "E_GOAL_PARENT"),
    (2, Change(WHOLE, 9), "E_GOAL_PARENT"),
    (3, Change(replace(WHOLE, level="hospital"), 2), "E_GOAL_LEVEL"),
    (1, Change(Goal("  ")), "E_GOAL_TITLE"),
)


def test_no_goal_stands_under_itself(store: Store, actor: Actor, place: Place, three) -> None:
    for number, change, code in REFUSED:
        with pytest.raises(DataError, match=code):
            save_goal(store, actor, place, (number, 1), change)


def test_a_goal_with_parts_is_not_taken_out(
    store: Store, actor: Actor, place: Place, three
) -> None:
    with pytest.raises(DataError, match="E_GOAL_CHILDREN"):
        remove_goal(store, actor, place, (2, 1))
    save_plan(store, actor, place[0], replace(PLAN, id=place[1], state="approved"))
    with pytest.raises(DataError, match="E_GOAL_REASON"):
        remove_goal(store, actor, place, (3, 1), " ")
    remove_goal(store, actor, place, (3, 1), "并入上级")
    assert list(tree(store, place).goals) == [1, 2]
    assert len(versions(store, place, 3)) == 1


def test_links_go_to_other_goals_only(store: Store, actor: Actor, place: Place, three) -> None:
    with pytest.raises(DataError, match="E_GOAL_LINK"):
        save_links(store, actor, place, 2, [(1, "strong")])
    save_links(store, actor, place, 3, [(1, "weak")])
    assert [(one.goal, one.supports, one.strength) for one in tree(store, place).links] == [
        (3, 1, "weak")
    ]


def test_a_name_of_a_plan_is_used_once(store: Store, actor: Actor, place: Place) -> None:
    with pytest.raises(DataError, match="E_PLAN_TAKEN"):
        add_plan(store, actor, place[0], PLAN)


def test_another_hospital_sees_none_of_it(store: Store, actor: Actor, place: Place, three) -> None:
    other = create_hospital(store, actor, "市医院")
    assert plans(store, other) == ()
    assert tree(store, (other, place[1])).goals == {}
    with pytest.raises(DataError, match="E_PLAN"):
        add_goals(store, actor, (other, place[1]), [Change(WHOLE)])


def test_every_write_leaves_its_row_in_the_audit(store: Store, place: Place, three) -> None:
    with store.read() as connection:
        rows = connection.execute(text("SELECT action FROM audit ORDER BY id")).scalars().all()
    assert rows[-2:] == ["plan.add", "goal.add"]
