"""Template versions: read, kept as they are used, added by an edit. No version ever changes."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import func, select
from sqlmodel import col

from core.control.checklists import Checklists
from core.control.inspections.editing import Template, template_in
from core.control.inspections.tables import ChecklistVersion
from core.errors import ConflictError, DataError
from core.frames import Frame
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

LONGEST_REASON = 300
VERSIONS = Frame(
    "template versions",
    {
        "code": "text",
        "number": "1 is the shipped one",
        "reason": "text",
        "who": "text",
        "at": "UTC",
    },
    key=("code", "number"),
)


def shipped_templates(shipped: Checklists) -> dict[str, Template]:
    """The checklists that come with the app, by code: version 1 of each."""
    return {code: Template(one, shipped.scale_of(one)) for code, one in shipped.sheets.items()}


def templates(store: Store, hospital_id: int, shipped: Checklists) -> dict[str, Template]:
    """The newest version of every checklist, by code; the shipped one where none is stored."""
    newest = (
        select(col(ChecklistVersion.code), func.max(col(ChecklistVersion.number)).label("number"))
        .where(col(ChecklistVersion.hospital_id) == hospital_id)
        .group_by(col(ChecklistVersion.code))
        .subquery()
    )
    rows = store.frame(
        select(*columns(ChecklistVersion, "code", "content"))
        .join(
            newest,
            (newest.c.code == col(ChecklistVersion.code))
            & (newest.c.number == col(ChecklistVersion.number)),
        )
        .where(col(ChecklistVersion.hospital_id) == hospital_id)
        .order_by(col(ChecklistVersion.code))
    )
    stored = {row["code"]: template_in(row["content"]) for row in rows.to_dict("records")}
    return dict(sorted((shipped_templates(shipped) | stored).items()))


def every_template(
    store: Store, hospital_id: int, shipped: Checklists
) -> dict[tuple[str, int], Template]:
    """Every version there ever was, by code and number."""
    rows = store.frame(
        select(*columns(ChecklistVersion, "content")).where(
            col(ChecklistVersion.hospital_id) == hospital_id
        )
    )
    stored = [template_in(content) for content in rows["content"]]
    return {one.key: one for one in (*shipped_templates(shipped).values(), *stored)}


def versions(store: Store, hospital_id: int) -> pd.DataFrame:
    """VERSIONS of a hospital, newest first within each code."""
    rows = store.frame(
        select(*columns(ChecklistVersion, *VERSIONS.columns))
        .where(col(ChecklistVersion.hospital_id) == hospital_id)
        .order_by(col(ChecklistVersion.code), col(ChecklistVersion.number).desc())
    )
    return VERSIONS.check(rows)


def keep(work: Work, hospital_id: int, template: Template, reason: str = "") -> None:
    """Store the version that is being used, once; a later release cannot change it any more."""
    code, number = template.key
    if number_of(work, hospital_id, code, number) is None:
        row = ChecklistVersion(
            hospital_id=hospital_id,
            code=code,
            number=number,
            content=template.written(),
            reason=reason,
            who=work.actor.name,
            at=work.clock(),
        )
        work.session.add(row)
        work.session.flush()


def number_of(work: Work, hospital_id: int, code: str, number: int) -> int | None:
    """The id of a stored version; None where it is not stored."""
    return work.session.scalars(
        select(col(ChecklistVersion.id)).where(
            col(ChecklistVersion.hospital_id) == hospital_id,
            col(ChecklistVersion.code) == code,
            col(ChecklistVersion.number) == number,
        )
    ).first()


def save_template(
    store: Store, actor: Actor, hospital_id: int, change: tuple[Template, Template], reason: str
) -> int:
    """Add the next version; its number. Inspections that exist keep theirs.

    change: the version that the person saw, and what it became (`editing.edited`).
    DataError E_TEMPLATE_REASON without a reason; ConflictError E_CONFLICT when somebody else
    added a version first.
    """
    before, after = change
    told = " ".join(reason.split())
    if not told or len(told) > LONGEST_REASON:
        raise DataError("E_TEMPLATE_REASON", most=LONGEST_REASON)
    code, number = after.key
    with store.write(actor) as work:
        keep(work, hospital_id, before)
        newest = work.session.scalars(
            select(func.max(col(ChecklistVersion.number))).where(
                col(ChecklistVersion.hospital_id) == hospital_id,
                col(ChecklistVersion.code) == code,
            )
        ).one()
        if newest != before.sheet.version or number != before.sheet.version + 1:
            raise ConflictError("E_CONFLICT", stored={"version": newest})
        keep(work, hospital_id, after, told)
        old = {"number": before.sheet.version}
        new = {"number": number, "reason": told, "content": after.written()}
        work.record("checklist.version", f"checklist:{code}", hospital_id, old, new)
    return number
