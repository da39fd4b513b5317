"""Improvement actions in words: state, deadline, people, the way back to where they came from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.control.actions.model import OPEN, date_of, day_of
from core.formats import listed
from core.words import language, t
from pages.shared.scope import View
from pages.shared.signal_ways import way_of

PAGE = "pages/control/actions.py"
_ROOT = Path(__file__).resolve().parents[2]
MARKS = {
    "unassigned": ("○", "red"),
    "assigned": ("◔", "orange"),
    "working": ("◑", "orange"),
    "review": ("◕", "blue"),
    "closed": ("●", "gray"),
    "void": ("✕", "gray"),
}
"""Shape and colour of each state."""
EFFECTS = {"effective": ("◆", "blue"), "none": ("■", "red"), "unproven": ("○", "gray")}
LATE = ("■", "red")
NARROW = 32
"""Latin letters, or half as many Chinese characters: what a column of the board has room for."""


def state_word(state: str) -> str:
    """◑ 整改中."""
    return f"{MARKS[state][0]} {t('actions.state.' + state)}"


def short_title(title: str) -> str:
    """The title as far as a column of the board has room for it."""
    wide = title.encode("gbk", "replace")
    return title if len(wide) <= NARROW else wide[:NARROW].decode("gbk", "ignore") + "…"


def effect_word(effect: str) -> str:
    """◆ 有效; '' where nothing was concluded."""
    return f"{EFFECTS[effect][0]} {t('actions.effect.' + effect)}" if effect else ""


def date_text(date: dt.date) -> str:
    """2026年11月30日; 30 Nov 2026."""
    if language() == "en":
        return f"{date.day} {date:%b} {date.year}"
    return f"{date.year}年{date.month}月{date.day}日"


def due_text(row: Mapping[Any, Any], today: dt.date) -> str:
    """Until when, and how many days it is late."""
    due = date_of(row["due"])
    if overdue(row, today):
        return t("actions.late", date=date_text(due), days=(today - due).days)
    return t("actions.due", date=date_text(due))


def overdue(row: Mapping[Any, Any], today: dt.date) -> bool:
    """Whether it is open after its day: derived, never stored."""
    return row["state"] in OPEN and row["due"] < day_of(today)


def badge(row: Mapping[Any, Any], today: dt.date) -> str:
    """State in colour, shape and word; overdue where it is."""
    shape, colour = MARKS[row["state"]]
    told = f":{colour}[{shape} {t('actions.state.' + row['state'])}]"
    if overdue(row, today):
        told += f" :{LATE[1]}[{LATE[0]} {t('actions.overdue')}]"
    if row["effect"]:
        told += f" :{EFFECTS[row['effect']][1]}[{effect_word(row['effect'])}]"
    return told


def people_text(row: Mapping[Any, Any]) -> str:
    """Who does it, helps and verifies, as text."""
    if not row["owner"]:
        return t("actions.nobody")
    helpers = listed(json.loads(row["helpers"]))
    told = t("actions.people", owner=row["owner"], verifier=row["verifier"])
    return told + (t("actions.people.helpers", helpers=helpers) if helpers else "")


def way_back(shown: View, row: Mapping[Any, Any]) -> tuple[str, dict[str, str]] | None:
    """The page that an action came from and its address; None where it names none."""
    codes = json.loads(row["origin_codes"])
    if row["origin_kind"] == "signal" and "month" in codes:
        return way_of(shown, row["origin_key"], row["department"], int(codes["month"]))
    page = f"pages/{codes.pop('page', '')}.py"
    if not (_ROOT / page).is_file():
        return None
    return page, shown.codes | {name: str(value) for name, value in codes.items()}
