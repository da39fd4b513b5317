"""What the hospital commands do once their words are parsed: copy, mark, reset, remove."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.errors import DataError
from core.store.engine import Actor, Store
from core.workshop.records import clone, mark, overview, remove, reset


def listed(store: Store) -> list[dict[str, Any]]:
    """id, name, kind, cloned_from, first, last, rows of every hospital in use."""
    return [
        {
            "id": int(row["id"]),
            "name": row["name_zh"],
            "kind": kind_of(row),
            "cloned_from": None if pd.isna(row["cloned_from"]) else int(row["cloned_from"]),
            "first": int(row["first"]),
            "last": int(row["last"]),
            "rows": int(row["rows"]),
        }
        for row in overview(store).to_dict("records")
    ]


def kind_of(row: dict[Any, Any]) -> str:
    """Drill | demo | real, from a row of `overview`."""
    return "drill" if row["drill"] else "demo" if row["demo"] else "real"


def hospital_named(store: Store, text: str) -> int:
    """The hospital of a number or a name.

    DataError E_HOSPITAL_UNKNOWN when there is none, E_HOSPITAL_SEVERAL when the name is not one's
    own.
    """
    known = {row["id"]: row["name_zh"] for row in overview(store).to_dict("records")}
    wanted = text.strip()
    if wanted.isdecimal() and int(wanted) in known:
        return int(wanted)
    found = [number for number, name in known.items() if name == wanted]
    if len(found) == 1:
        return int(found[0])
    every = ", ".join(f"{number} {name}" for number, name in known.items())
    if found:
        raise DataError("E_HOSPITAL_SEVERAL", hospital=wanted, known=every)
    raise DataError("E_HOSPITAL_UNKNOWN", hospital=wanted, known=every or "—")


def copied(store: Store, actor: Actor, hospital: str, name: str) -> list[dict[str, Any]]:
    """Copy a hospital; all hospitals afterwards."""
    clone(store, actor, hospital_named(store, hospital), name)
    return listed(store)


def marked(store: Store, actor: Actor, hospital: str, drill: bool) -> list[dict[str, Any]]:
    """Mark a hospital for exercises, or not; all hospitals afterwards."""
    mark(store, actor, hospital_named(store, hospital), drill)
    return listed(store)


def brought_back(store: Store, actor: Actor, hospital: str) -> list[dict[str, Any]]:
    """Reset a copy; all hospitals afterwards."""
    reset(store, actor, hospital_named(store, hospital))
    return listed(store)


def removed(store: Store, actor: Actor, hospital: str, typed: str) -> list[dict[str, Any]]:
    """Remove an exercise hospital; all hospitals afterwards."""
    remove(store, actor, hospital_named(store, hospital), typed)
    return listed(store)
