"""Reads and writes of monthly reports and of the comments under their sections.

A month has one report at a time; after a final one another edition may follow, and the first
stays. Comments are kept in every version. Saving a comment moves the report's version on, so that
nobody makes final what somebody else has just changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.months import month_text
from core.reports.monthly.content import Comment, Imprint
from core.reports.monthly.kept import digest
from core.reports.monthly.plan import CODES
from core.reports.tables import MonthlyReport, ReportComment
from core.store.engine import Actor, Store, Work
from core.store.tables import columns

DRAFT, FINAL = "draft", "final"
LONGEST = 4_000
"""Characters of a comment."""
_HEAD = ("id", "month", "edition", "status", "prepared_by", "reviewed_by", "at", "version")


@dataclass(frozen=True)
class Report:
    """One edition of a month's report, without its content."""

    id: int
    month: int
    edition: int
    status: str
    prepared_by: str
    reviewed_by: str
    at: dt.datetime
    version: int

    def imprint(self, comments: Mapping[str, Comment]) -> Imprint:
        """What stands at the head of its documents."""
        return Imprint(
            self.status, self.edition, self.prepared_by, self.reviewed_by, self.at, comments
        )


def reports(store: Store, hospital_id: int) -> tuple[Report, ...]:
    """Every edition of every month, the newest first."""
    statement = (
        select(*columns(MonthlyReport, *_HEAD))
        .where(col(MonthlyReport.hospital_id) == hospital_id)
        .order_by(col(MonthlyReport.month).desc(), col(MonthlyReport.edition).desc())
    )
    with store.read() as connection:
        return tuple(Report(**row) for row in connection.execute(statement).mappings())


def newest(store: Store, hospital_id: int, month: int, status: str = "") -> Report | None:
    """The last edition of a month, or the last one with a status; None when there is none."""
    of_month = [one for one in reports(store, hospital_id) if one.month == month]
    return next((one for one in of_month if status in ("", one.status)), None)


def content(store: Store, hospital_id: int, report_id: int) -> str:
    """What was frozen of a final report; '' of a draft."""
    statement = select(col(MonthlyReport.content)).where(
        col(MonthlyReport.id) == report_id, col(MonthlyReport.hospital_id) == hospital_id
    )
    with store.read() as connection:
        return connection.execute(statement).scalar() or ""


def comments(store: Store, hospital_id: int, report_id: int) -> tuple[Comment, ...]:
    """Every version of every comment, the oldest first."""
    statement = (
        select(*columns(ReportComment, "section", "number", "text", "who", "at"))
        .where(
            col(ReportComment.report_id) == report_id,
            col(ReportComment.hospital_id) == hospital_id,
        )
        .order_by(col(ReportComment.section), col(ReportComment.number))
    )
    with store.read() as connection:
        return tuple(Comment(**row) for row in connection.execute(statement).mappings())


def last_of_each(versions: Iterable[Comment]) -> dict[str, Comment]:
    """The newest comment by section."""
    return {one.section: one for one in versions}


def start(store: Store, actor: Actor, hospital_id: int, month: int) -> Report:
    """A draft of the month: its first edition, or the one after a final one.

    The new edition begins with the comments of the one before it. DataError E_REPORT_DRAFT while
    the last edition is a draft.
    """
    with store.write(actor) as work:
        last = _last(work, hospital_id, month)
        if last is not None and last.status == DRAFT:
            raise DataError("E_REPORT_DRAFT", month=month_text(month), edition=last.edition)
        made = MonthlyReport(
            hospital_id=hospital_id,
            month=month,
            edition=last.edition + 1 if last else 1,
            status=DRAFT,
            prepared_by=actor.name,
            at=store.clock(),
        )
        work.session.add(made)
        work.session.flush()
        if last is not None:
            _carry_over(work, last, made)
        work.record("report.start", _name(made), hospital_id, new={"edition": made.edition})
        return _told(made)


def _last(work: Work, hospital_id: int, month: int) -> MonthlyReport | None:
    statement = (
        select(MonthlyReport)
        .where(col(MonthlyReport.hospital_id) == hospital_id, col(MonthlyReport.month) == month)
        .order_by(col(MonthlyReport.edition).desc())
        .limit(1)
    )
    return work.session.scalars(statement).first()


def _carry_over(work: Work, last: MonthlyReport, made: MonthlyReport) -> None:
    """The newest comment of each section, with who wrote it and when."""
    rows = work.session.scalars(
        select(ReportComment)
        .where(col(ReportComment.report_id) == last.id)
        .order_by(col(ReportComment.number))
    )
    for row in {one.section: one for one in rows}.values():
        values = row.model_dump(exclude={"id"}) | {"report_id": made.id, "number": 1}
        work.session.add(ReportComment(**values))


def save_comment(
    store: Store, actor: Actor, report: Report, given: tuple[str, str], seen: int
) -> int:
    """Keep a new version of a comment (section, text); its number.

    seen: the number of the version the person saw, 0 when there was none. DataError
    E_REPORT_FINAL, E_REPORT_COMMENT_LONG; ConflictError E_CONFLICT with what is stored now.
    """
    section, text = given[0], given[1].strip()
    if section not in CODES:
        raise ValueError(f"no such section: {section}")
    if len(text) > LONGEST:
        raise DataError("E_REPORT_COMMENT_LONG", length=len(text), most=LONGEST)
    with store.write(actor) as work:
        stored = _at(work, report.id)
        rows = select(ReportComment).where(
            col(ReportComment.report_id) == stored.id, col(ReportComment.section) == section
        )
        last = work.session.scalars(rows.order_by(col(ReportComment.number).desc())).first()
        number = last.number if last else 0
        if number != seen:
            raise ConflictError("E_CONFLICT", stored=last.model_dump() if last else {})
        work.session.add(
            ReportComment(
                hospital_id=stored.hospital_id,
                report_id=report.id,
                section=section,
                number=number + 1,
                text=text,
                who=actor.name,
                at=store.clock(),
            )
        )
        stored.version += 1
        old = {"text": last.text} if last else None
        subject = f"{_name(stored)} {section}"
        work.record("report.comment", subject, stored.hospital_id, old, {"text": text})
        return number + 1


def finalise(store: Store, actor: Actor, report: Report, reviewer: str, frozen: str) -> Report:
    """Make a draft final with its frozen content, at the version the person saw.

    DataError E_REPORT_FINAL, E_REPORT_REVIEWER (none, or who prepared it); ConflictError
    E_CONFLICT when the draft was changed since.
    """
    reviewer = reviewer.strip()
    if not reviewer or reviewer == report.prepared_by:
        raise DataError("E_REPORT_REVIEWER")
    with store.write(actor) as work:
        stored = _at(work, report.id)
        if stored.version != report.version:
            raise ConflictError("E_CONFLICT", stored=_shown(stored))
        stored.status, stored.reviewed_by = FINAL, reviewer
        stored.content, stored.at = frozen, store.clock()
        stored.version += 1
        new = {"edition": stored.edition, "reviewed_by": reviewer, "sha256": digest(frozen)}
        work.record("report.final", _name(stored), stored.hospital_id, {"status": DRAFT}, new)
        return _told(stored)


def _at(work: Work, report_id: int) -> MonthlyReport:
    """The draft, locked. DataError E_REPORT_FINAL; ConflictError when it is gone."""
    stored = work.session.get(MonthlyReport, report_id, with_for_update=True)
    if stored is None:
        raise ConflictError("E_CONFLICT", stored={})
    if stored.status == FINAL:
        raise DataError("E_REPORT_FINAL", edition=stored.edition)
    return stored


def _shown(stored: MonthlyReport) -> dict[str, object]:
    return stored.model_dump(exclude={"content"})


def _told(stored: MonthlyReport) -> Report:
    return Report(**{name: getattr(stored, name) for name in _HEAD})


def _name(stored: MonthlyReport) -> str:
    return f"{month_text(stored.month)} #{stored.edition}"
