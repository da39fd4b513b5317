"""The staff list from which the person acting is chosen."""

from __future__ import annotations

import pytest

from core.access.records import add_staff, staff
from core.errors import DataError
from core.hospital.records import create_hospital
from core.store.engine import Actor, Store


def test_staff_are_listed_in_the_order_they_were_added(store: Store, actor: Actor) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    add_staff(store, actor, hospital_id, [(" 王五 ", "运营科"), ("张三", "")])
    add_staff(store, actor, hospital_id, [("李四", "院长")])
    assert staff(store, hospital_id)["name"].tolist() == ["王五", "张三", "李四"]
    assert staff(store, hospital_id)["title"].tolist() == ["运营科", "", "院长"]


@pytest.mark.parametrize(
    "people", [[("", "")], [("甲" * 41, "")], [("王五", "")], [("乙", ""), ("乙 ", "")]]
)
def test_nobody_is_added_when_one_name_is_empty_or_taken(
    store: Store, actor: Actor, people: list[tuple[str, str]]
) -> None:
    hospital_id = create_hospital(store, actor, "县医院")
    add_staff(store, actor, hospital_id, [("王五", "")])
    with pytest.raises(DataError, match="E_STAFF_NAME"):
        add_staff(store, actor, hospital_id, [("丙", ""), *people])
    assert staff(store, hospital_id)["name"].tolist() == ["王五"]
