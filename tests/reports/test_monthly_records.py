"""What people do to a monthly report, on both databases, with its trail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from core.errors import ConflictError, DataError
from core.hospital.records import create_hospital
from core.reports.monthly import records
from core.reports.monthly.records import DRAFT, FINAL, Report
from core.store.engine import Actor, Store
from core.store.tables import Audit, columns

MONTH = 202610
WORDS = json.dumps({"zh": {}, "en": {}})


@pytest.fixture
def hospital(store: Store, actor: Actor) -> int:
    return create_hospital(store, actor, "县医院")


@pytest.fixture
def draft(store: Store, actor: Actor, hospital: int) -> Report:
    return records.start(store, actor, hospital, MONTH)


def _trail(store: Store) -> list[Any]:
    rows = store.frame(select(*columns(Audit, "action", "subject")).order_by(col(Audit.id)))
    return [tuple(row) for row in rows.to_numpy() if str(row[0]).startswith("report.")]


def test_a_month_has_one_draft_at_a_time(
    store: Store, actor: Actor, hospital: int, draft: Report
) -> None:
    assert (draft.edition, draft.status, draft.prepared_by) == (1, DRAFT, "测试员")
    with pytest.raises(DataError, match="E_REPORT_DRAFT"):
        records.start(store, actor, hospital, MONTH)
    assert records.newest(store, hospital, MONTH) == draft
    assert records.newest(store, hospital, 202609) is None


def test_every_version_of_a_comment_is_kept(
    store: Store, actor: Actor, hospital: int, draft: Report
) -> None:
    assert records.save_comment(store, actor, draft, ("income", "第一版"), 0) == 1
    assert records.save_comment(store, Actor("王五", "x"), draft, ("income", ""), 1) == 2
    kept = records.comments(store, hospital, draft.id)
    assert [(one.number, one.text, one.who) for one in kept] == [
        (1, "第一版", "测试员"),
        (2, "", "王五"),
    ]
    assert records.last_of_each(kept)["income"].number == 2
    assert _trail(store) == [
        ("report.start", "2026-10 #1"),
        ("report.comment", "2026-10 #1 income"),
        ("report.comment", "2026-10 #1 income"),
    ]


def test_who_comes_second_learns_what_the_first_wrote(
    store: Store, actor: Actor, hospital: int, draft: Report
) -> None:
    records.save_comment(store, actor, draft, ("cost", "先到"), 0)
    with pytest.raises(ConflictError) as caught:
        records.save_comment(store, actor, draft, ("cost", "后到"), 0)
    stored: Any = caught.value.fields["stored"]
    assert (stored["text"], stored["number"]) == ("先到", 1)


def test_a_comment_has_a_length(store: Store, actor: Actor, draft: Report) -> None:
    with pytest.raises(DataError, match="E_REPORT_COMMENT_LONG"):
        records.save_comment(store, actor, draft, ("cost", "长" * 4_001), 0)


def test_a_final_report_is_never_changed(
    store: Store, actor: Actor, hospital: int, draft: Report
) -> None:
    final = records.finalise(store, actor, draft, " 王主任 ", WORDS)
    assert (final.status, final.reviewed_by) == (FINAL, "王主任")
    assert records.content(store, hospital, final.id) == WORDS
    with pytest.raises(DataError, match="E_REPORT_FINAL"):
        records.save_comment(store, actor, final, ("cost", "晚了"), 0)
    with pytest.raises(DataError, match="E_REPORT_FINAL"):
        records.finalise(store, actor, final, "王主任", "{}")
    assert records.content(store, hospital, final.id) == WORDS
    assert _trail(store)[-1] == ("report.final", "2026-10 #1")


def test_nobody_reviews_their_own_report(store: Store, actor: Actor, draft: Report) -> None:
    for reviewer in ("", "  ", "测试员"):
        with pytest.raises(DataError, match="E_REPORT_REVIEWER"):
            records.finalise(store, actor, draft, reviewer, WORDS)


def test_a_draft_commented_since_is_not_made_final(
    store: Store, actor: Actor, hospital: int, draft: Report
) -> None:
    records.save_comment(store, actor, draft, ("cost", "刚写的"), 0)
    with pytest.raises(ConflictError, match="E_CONFLICT"):
        records.finalise(store, actor, draft, "王主任", WORDS)
    now = records.newest(store, hospital, MONTH)
    assert now is not None
    assert records.finalise(store, actor, now, "王主任", WORDS).status == FINAL


def test_a_new_edition_keeps_the_first_and_starts_with_its_comments(
    store: Store, actor: Actor, hospital: int, draft: Report
) -> None:
    records.save_comment(store, actor, draft, ("cost", "一"), 0)
    records.save_comment(store, actor, draft, ("cost", "二"), 1)
    now = records.newest(store, hospital, MONTH)
    assert now is not None
    first = records.finalise(store, actor, now, "王主任", WORDS)
    second = records.start(store, actor, hospital, MONTH)
    assert [one.edition for one in records.reports(store, hospital)] == [2, 1]
    assert records.newest(store, hospital, MONTH, FINAL) == first
    kept = records.comments(store, hospital, second.id)
    assert [(one.section, one.number, one.text) for one in kept] == [("cost", 1, "二")]
    assert records.content(store, hospital, first.id) == WORDS


def test_a_report_of_another_hospital_is_not_read(
    store: Store, actor: Actor, hospital: int, draft: Report
) -> None:
    other = create_hospital(store, actor, "别家")
    assert records.reports(store, other) == ()
    records.finalise(store, actor, draft, "王主任", WORDS)
    assert records.content(store, other, draft.id) == ""
    assert records.comments(store, other, draft.id) == ()
