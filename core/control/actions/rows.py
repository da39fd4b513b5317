"""Rows of actions as they are made and moved on; nothing is written here."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.control.actions.effect import Judged
from core.control.actions.evidence import Upload
from core.control.actions.flow import Standing, check_people, state_after
from core.control.actions.model import (
    ASSIGNED,
    CLOSED,
    UNASSIGNED,
    Assignment,
    Draft,
    date_of,
    day_of,
)
from core.control.actions.rules import raised, rules
from core.control.actions.tables import ActionStep, ImprovementAction
from core.errors import DataError
from core.months import local_date


@dataclass(frozen=True)
class Move:
    """A step that a person takes.

    name: assign | start | submit | send_back | close | void | reopen | aim. text: what was done, or
    why. given: of assign. indicator, periods: of aim.
    """

    name: str
    text: str = ""
    given: Assignment | None = None
    files: tuple[Upload, ...] = ()
    indicator: str = ""
    periods: int = 0


def apply_move(row: ImprovementAction, move: Move, who: str, at: dt.datetime) -> dict[str, Any]:
    """Change the row as the move says, which may be made; what changed."""
    before = told_of(row)
    state = state_after(standing_of(row), move.name)
    if move.name == "assign":
        if move.given is None:
            raise ValueError("assign names people")
        check_people(move.given, json.loads(row.handed_in))
        date_of(move.given.due)
        row.owner, row.verifier, row.due = move.given.owner, move.given.verifier, move.given.due
        row.helpers = json.dumps(list(move.given.helpers), ensure_ascii=False)
    elif move.name == "submit":
        names = dict.fromkeys([*json.loads(row.handed_in), who])
        row.handed_in, row.done_at = json.dumps(list(names), ensure_ascii=False), at
    elif move.name == "close":
        row.closed_at = at
    elif move.name == "reopen":
        open_again(row)
        row.due = day_of(rules().due(row.severity, local_date(at)))  # type: ignore[arg-type]
    elif move.name == "aim":
        row.indicator, row.periods = move.indicator, periods_of(move.periods)
        row.effect, row.effect_month, row.effect_content = "", 0, ""
    row.state = state
    touch(row, who, at)
    return {name: value for name, value in told_of(row).items() if value != before[name]}


def standing_of(row: ImprovementAction | Mapping[Any, Any]) -> Standing:
    """Of an action's row, what decides who may do what."""
    told = row.model_dump() if isinstance(row, ImprovementAction) else row
    return Standing(
        told["state"],
        told["owner"],
        tuple(json.loads(told["helpers"])),
        told["verifier"],
        tuple(json.loads(told["handed_in"])),
    )


def periods_of(count: int) -> int:
    effect = rules().effect
    if not 0 <= count <= effect.most_periods:
        raise DataError("E_ACTION_PERIODS", most=effect.most_periods)
    return count or effect.periods


def open_again(row: ImprovementAction) -> None:
    row.round += 1
    row.handed_in, row.done_at, row.closed_at = "[]", None, None
    row.effect, row.effect_month, row.effect_content = "", 0, ""


def found_again(row: ImprovementAction, draft: Draft, who: str, at: dt.datetime) -> dict[str, Any]:
    """An open action takes a new finding; what changed."""
    row.origin_codes = codes_of(draft)
    touch(row, who, at)
    return {"origin_codes": json.loads(row.origin_codes)}


def come_back(row: ImprovementAction, draft: Draft, who: str, at: dt.datetime) -> dict[str, Any]:
    """A closed action is opened again, one level more urgent, with its history; what changed."""
    old = told_of(row)
    severity = raised(row.severity)  # type: ignore[arg-type]
    row.severity, row.origin_codes = severity, codes_of(draft)
    row.due = day_of(draft.due or rules().due(severity, local_date(at)))
    if draft.owner:
        row.owner, row.verifier = draft.owner, draft.verifier
        row.helpers = json.dumps(list(draft.helpers), ensure_ascii=False)
    open_again(row)
    row.state = ASSIGNED if row.owner else UNASSIGNED
    touch(row, who, at)
    return {name: value for name, value in told_of(row).items() if value != old[name]}


def concluded(row: ImprovementAction, judged: Judged, who: str, at: dt.datetime) -> dict[str, Any]:
    """What the signal says is written down; nobody chooses it. What changed.

    DataError E_ACTION_STATE when it is not closed or names another indicator, E_EFFECT_EARLY before
    its periods have passed.
    """
    if row.state != CLOSED or not row.indicator or judged.indicator != row.indicator:
        raise DataError("E_ACTION_STATE")
    if judged.periods != row.periods or judged.waiting:
        raise DataError("E_EFFECT_EARLY", periods=row.periods)
    row.effect, row.effect_month = judged.verdict, judged.last
    row.effect_content = json.dumps(judged.content(), ensure_ascii=False)
    touch(row, who, at)
    return {"effect": row.effect, "effect_month": row.effect_month, "reason": judged.reason}


def row_of(hospital_id: int, who: str, draft: Draft, at: dt.datetime) -> ImprovementAction:
    due = draft.due or rules().due(draft.severity, local_date(at))
    return ImprovementAction(
        hospital_id=hospital_id,
        title=draft.title,
        department=draft.department,
        origin_kind=draft.origin.kind,
        origin_key=draft.origin.key,
        origin_codes=codes_of(draft),
        severity=draft.severity,
        problem=draft.problem,
        expected=draft.expected,
        indicator=draft.indicator,
        periods=draft.periods,
        owner=draft.owner,
        helpers=json.dumps(list(draft.helpers), ensure_ascii=False),
        verifier=draft.verifier,
        due=day_of(due),
        state=ASSIGNED if draft.owner else UNASSIGNED,
        raised_by=who,
        raised_at=at,
        who=who,
        at=at,
    )


def codes_of(draft: Draft) -> str:
    return json.dumps(dict(draft.origin.codes), ensure_ascii=False, sort_keys=True)


def told_of(row: ImprovementAction) -> dict[str, Any]:
    """What the history and the audit say of a row."""
    left_out = {"id", "hospital_id", "effect_content", "who", "at", "version"}
    return row.model_dump(mode="json", exclude=left_out)


def touch(row: ImprovementAction, who: str, at: dt.datetime) -> None:
    row.who, row.at = who, at
    row.version = (row.version or 0) + 1


def step_row(
    row: ImprovementAction,
    number: int,
    said: tuple[str, str, Mapping[str, Any]],
    by: tuple[str, dt.datetime],
) -> ActionStep:
    move, text, content = said
    return ActionStep(
        hospital_id=row.hospital_id,
        action_id=id_of(row),
        number=number,
        move=move,
        state=row.state,
        who=by[0],
        at=by[1],
        text=text,
        content=json.dumps(content, ensure_ascii=False, default=str),
    )


def id_of(row: ImprovementAction) -> int:
    assert row.id is not None  # noqa: S101 the database has given it
    return row.id
