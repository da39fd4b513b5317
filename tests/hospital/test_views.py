"""Views that people save with a name."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.errors import ConflictError, DataError
from core.hospital.records import create_hospital
from core.hospital.views.records import LONGEST, remove_view, rename_view, save_view, views
from core.store.engine import Actor, Store

PARAMETERS = {"indicator": "OP001,OP003", "by": "department"}


@pytest.fixture
def place(store: Store, actor: Actor) -> tuple[int, str]:
    return create_hospital(store, actor, "甲医院"), "analysis_explore"


def test_a_view_keeps_its_name_its_address_and_who_saved_it(
    store: Store, actor: Actor, place: tuple[int, str]
) -> None:
    made = save_view(store, actor, place, "  床位  周会 ", PARAMETERS)
    row = views(store, *place).iloc[0].to_dict()
    assert (row["id"], row["name"], row["who"]) == (made, "床位 周会", "测试员")
    assert (row["parameters"], row["version"]) == (PARAMETERS, 1)
    with store.read() as connection:
        audit = connection.execute(text("SELECT action, subject FROM audit ORDER BY id")).fetchall()
    assert tuple(audit[-1]) == ("view.save", f"view:{made}")


def test_views_stay_with_their_page_and_their_hospital(
    store: Store, actor: Actor, place: tuple[int, str]
) -> None:
    save_view(store, actor, place, "甲", PARAMETERS)
    other = create_hospital(store, actor, "乙医院")
    save_view(store, actor, (other, place[1]), "甲", PARAMETERS)
    save_view(store, actor, (place[0], "other"), "甲", PARAMETERS)
    assert len(views(store, *place)) == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST + 1)])
def test_a_view_needs_a_name_of_bearable_length(
    store: Store, actor: Actor, place: tuple[int, str], name: str
) -> None:
    with pytest.raises(DataError, match="E_VIEW_NAME"):
        save_view(store, actor, place, name, PARAMETERS)


def test_a_name_is_used_once_a_page(store: Store, actor: Actor, place: tuple[int, str]) -> None:
    save_view(store, actor, place, "甲", PARAMETERS)
    second = save_view(store, actor, place, "乙", PARAMETERS)
    with pytest.raises(DataError, match="E_VIEW_TAKEN"):
        save_view(store, actor, place, "甲", PARAMETERS)
    with pytest.raises(DataError, match="E_VIEW_TAKEN"):
        rename_view(store, actor, second, "甲", 1)
    assert views(store, *place)["name"].tolist() == sorted(["甲", "乙"])


def test_who_saw_an_older_version_is_told(
    store: Store, actor: Actor, place: tuple[int, str]
) -> None:
    made = save_view(store, actor, place, "甲", PARAMETERS)
    rename_view(store, actor, made, "乙", 1)
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        rename_view(store, actor, made, "丙", 1)
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        remove_view(store, actor, made, 1)
    remove_view(store, actor, made, 2)
    assert views(store, *place).empty
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        remove_view(store, actor, made, 2)
