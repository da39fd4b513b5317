"""Views saved with a name: read, saved, renamed, removed."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd
from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.frames import Frame
from core.hospital.views.tables import NamedView
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

LONGEST = 40
"""Characters of a name."""
VIEWS = Frame(
    "named views",
    {
        "id": "number",
        "name": "text",
        "parameters": "dict: the parameters of the address, codes only",
        "who": "text",
        "at": "UTC",
        "version": "number",
    },
    key=("id",),
)


def views(store: Store, hospital_id: int, page: str) -> pd.DataFrame:
    """VIEWS of a page, by name."""
    rows = store.frame(
        select(*columns(NamedView, *VIEWS.columns))
        .where(col(NamedView.hospital_id) == hospital_id, col(NamedView.page) == page)
        .order_by(col(NamedView.name))
    )
    rows["parameters"] = [json.loads(text) for text in rows["parameters"]]
    return VIEWS.check(rows)


def save_view(
    store: Store, actor: Actor, place: tuple[int, str], name: str, parameters: Mapping[str, str]
) -> int:
    """A new view of a page (hospital, page); its id. DataError E_VIEW_NAME, E_VIEW_TAKEN."""
    hospital_id, page = place
    name = _named(name)
    with store.write(actor) as work:
        _check_free(work, place, name)
        view = NamedView(
            hospital_id=hospital_id,
            page=page,
            name=name,
            parameters=json.dumps(dict(parameters), ensure_ascii=False, sort_keys=True),
            who=actor.name,
            at=store.clock(),
        )
        work.session.add(view)
        work.session.flush()
        assert view.id is not None  # noqa: S101 the database has just given it
        new = {"page": page, "name": name, "parameters": dict(parameters)}
        work.record("view.save", f"view:{view.id}", hospital_id, new=new)
        return view.id


def rename_view(store: Store, actor: Actor, view_id: int, name: str, seen: int) -> None:
    """Another name for the view at the version the person saw.

    ConflictError E_CONFLICT when somebody else changed it first; DataError E_VIEW_NAME,
    E_VIEW_TAKEN.
    """
    name = _named(name)
    with store.write(actor) as work:
        view = _seen(work, view_id, seen)
        old = view.name
        if name != old:
            _check_free(work, (view.hospital_id, view.page), name)
        view.name = name
        view.version += 1
        work.session.add(view)
        work.record(
            "view.rename", f"view:{view_id}", view.hospital_id, {"name": old}, {"name": name}
        )


def remove_view(store: Store, actor: Actor, view_id: int, seen: int) -> None:
    """Remove the view at the version the person saw. ConflictError E_CONFLICT otherwise."""
    with store.write(actor) as work:
        view = _seen(work, view_id, seen)
        old = {"page": view.page, "name": view.name, "parameters": view.parameters}
        work.session.delete(view)
        work.record("view.remove", f"view:{view_id}", view.hospital_id, old)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise DataError("E_VIEW_NAME", most=LONGEST)
    return name


def _check_free(work: Work, place: tuple[int, str], name: str) -> None:
    hospital_id, page = place
    taken = work.session.scalars(
        select(NamedView).where(
            col(NamedView.hospital_id) == hospital_id,
            col(NamedView.page) == page,
            col(NamedView.name) == name,
        )
    ).first()
    if taken is not None:
        raise DataError("E_VIEW_TAKEN", name=name)


def _seen(work: Work, view_id: int, seen: int) -> NamedView:
    view = work.session.get(NamedView, view_id, with_for_update=True)
    if view is None or view.version != seen:
        stored = {} if view is None else {"name": view.name, "version": view.version}
        raise ConflictError("E_CONFLICT", stored=stored)
    return view
