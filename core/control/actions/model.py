"""An improvement action: where it came from, who does what, and the contracts of its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.control.actions.rules import Severity
from core.frames import Frame

KINDS = ("signal", "finding", "incident", "rca", "plan", "cost", "suggestion")
"""Origins: of one kind each, so that a page knows the way back."""
UNASSIGNED, ASSIGNED, WORKING = "unassigned", "assigned", "working"
REVIEW, CLOSED, VOID = "review", "closed", "void"
STATES = (UNASSIGNED, ASSIGNED, WORKING, REVIEW, CLOSED, VOID)
OPEN = (UNASSIGNED, ASSIGNED, WORKING, REVIEW)
LONGEST_TITLE, LONGEST_NAME, LONGEST_TEXT, LONGEST_KEY = 120, 40, 2000, 200
MOST_HELPERS = 8

ACTIONS = Frame(
    "actions",
    {
        "id": "number",
        "title": "text",
        "department": "code; '' is the whole hospital",
        "origin_kind": "signal | finding | incident | rca | plan | cost | suggestion",
        "origin_key": "what it is about, '' when nothing comes back under it",
        "origin_codes": "JSON: codes of the page that it came from",
        "severity": "danger | serious | ordinary | system",
        "problem": "text",
        "expected": "text, may be empty",
        "indicator": "code that it should move, ''",
        "periods": "months after which its effect is looked at",
        "owner": "name, '' before it is assigned",
        "helpers": "JSON list of names",
        "verifier": "name, '' before it is assigned",
        "handed_in": "JSON list: who handed in evidence since it was opened (again)",
        "due": "YYYYMMDD",
        "state": "unassigned | assigned | working | review | closed | void",
        "round": "1, one more each time it was opened again",
        "raised_by": "name",
        "raised_at": "UTC",
        "done_at": "UTC of the last evidence, missing before",
        "closed_at": "UTC, missing while it is not closed",
        "effect": "'' | effective | none | unproven: what the signal said when it was concluded",
        "effect_month": "YYYYMM of the last month looked at, 0",
        "effect_content": "JSON of the points it was concluded from, ''",
        "who": "text",
        "at": "UTC",
        "version": "number",
    },
    key=("id",),
)
STEPS = Frame(
    "steps of an action",
    {
        "number": "1, 2, ...",
        "move": "raise | again | recur | assign | start | submit | send_back | close | void"
        " | reopen | aim | conclude",
        "state": "after the step",
        "who": "text",
        "at": "UTC",
        "text": "text",
        "content": "JSON of what it changed",
    },
    key=("number",),
)
FILES = Frame(
    "evidence",
    {
        "id": "number",
        "step": "number of the step it came with",
        "name": "ours",
        "kind": "pdf | png | jpg | docx | xlsx",
        "bytes": "number",
        "sha256": "of the content",
        "who": "text",
        "at": "UTC",
    },
    key=("id",),
)


@dataclass(frozen=True)
class Origin:
    """Where an action came from.

    key: what it is about (an indicator, a checklist's item); the same key in the same department
    within six months is the same matter again. codes: parameters for the way back; no labels.
    """

    kind: str
    key: str = ""
    codes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """An action that is to be raised. Names are those of the staff list.

    With an owner and a verifier it begins as assigned. due: by severity unless given. periods: 0
    takes what the rules say.
    """

    title: str
    department: str
    origin: Origin
    severity: Severity
    problem: str
    expected: str = ""
    indicator: str = ""
    owner: str = ""
    helpers: tuple[str, ...] = ()
    verifier: str = ""
    due: dt.date | None = None
    periods: int = 0


@dataclass(frozen=True)
class Assignment:
    """Who does it, who helps, who verifies; until when (YYYYMMDD)."""

    owner: str
    verifier: str
    due: int
    helpers: tuple[str, ...] = ()


def day_of(date: dt.date) -> int:
    """A date as YYYYMMDD."""
    return date.year * 10_000 + date.month * 100 + date.day


def date_of(day: int) -> dt.date:
    """The date of YYYYMMDD."""
    return dt.date(day // 10_000, day // 100 % 100, day % 100)
