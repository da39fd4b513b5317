"""What the columns of one row owe each other, as the definition says it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from core.intake.definitions import TIMES, Rule, TableDefinition
from core.intake.faults import RowFault, shown_value

if TYPE_CHECKING:
    from core.intake.body import Body

_MISSING = "R_MISSING"


def judge_rules(body: Body, definition: TableDefinition, shares: frozenset[str]) -> None:
    """Refuse the rows that break a rule of their table; `shares`: items that are shares."""
    for rule in definition.rules:
        if rule.sum_of:
            _judge_sum(body, definition, rule, shares)
        else:
            _judge_presence(body, rule)


def _judge_sum(body: Body, definition: TableDefinition, rule: Rule, shares: frozenset[str]) -> None:
    """R_RANGE (R_DATE_RANGE for dates) where a sum exceeds, or is not, what it must be."""
    whole = definition.column(rule.at_most or rule.equals)
    code = "R_DATE_RANGE" if whole.type in TIMES else "R_RANGE"
    parts = [body.columns[name] for name in rule.sum_of]
    wholes = body.columns[whole.name]
    items = body.columns[rule.shares_of] if rule.shares_of else None
    kept = _surely_kept(rule, parts, wholes)
    for place, stated in enumerate(wholes):
        if kept[place]:
            continue
        if not isinstance(stated, int | Decimal) or (items and items[place] not in shares):
            continue
        values = [column[place] for column in parts]
        given = [value for value in values if isinstance(value, int | Decimal)]
        if not given or (rule.equals and len(given) < len(values)):
            continue
        total = sum(given)
        if total <= stated if rule.at_most else total == stated:
            continue
        if not _known_already(body, place, (*rule.sum_of, whole.name)):
            shown = f"{Decimal(total) / 100:.2f}" if whole.type == "money" else str(total)
            shown = "" if whole.type in TIMES else shown_value(shown)
            number = body.records[place].number
            said = (rule.kind, whole.name, *rule.sum_of)
            fault = RowFault(number, rule.sum_of[0], code, shown, rule=said)
            body.faults[place].append(fault)


def _surely_kept(rule: Rule, parts: list[list[object]], wholes: list[object]) -> list[bool]:
    """Whether each row keeps the rule at first sight, as nearly all do."""
    rows = zip(*parts, strict=True)
    if rule.equals:
        return [None in row for row in rows]
    pairs = zip(rows, wholes, strict=True)
    return [isinstance(whole, int) and sum(filter(None, row)) <= whole for row, whole in pairs]


def _known_already(body: Body, place: int, names: tuple[str, ...]) -> bool:
    """Whether one of these cells is refused for itself."""
    return any(fault.column in names for fault in body.faults.get(place, ()))


def _judge_presence(body: Body, rule: Rule) -> None:
    """R_MISSING where half of what belongs together is there, or none of what is needed."""
    names = rule.together or rule.any_of
    for place in range(len(body.records)):
        lacking = [name for name in names if body.columns[name][place] is None]
        broken = 0 < len(lacking) < len(names) if rule.together else len(lacking) == len(names)
        if broken and not _known_already(body, place, names):
            body.refuse(place, lacking[0], _MISSING, rule=(rule.kind, *names))
