"""Machines and their figures in words: names, units, reasons of what is missing."""

from __future__ import annotations

import math
from typing import Any

from core.analysis.equipment import Bands
from core.charts.equipment import Lines
from core.formats import MISSING, number, value_text
from core.words import has, language, pick, t

Row = dict[Any, Any]
MARKS = {"idle": "■", "full": "▲", "normal": "●", "unknown": "○", "reserve": "○"}
MONEY = {"zh": 1e6, "en": 1e5}
"""分 in the unit of a column: 万元, in English thousands of CNY."""
CODES = {"used": "capacity_use"}
"""Fields whose reason stands under another name."""


def name_of(row: Row) -> str:
    """CT-06 64排CT（老院区）."""
    return f"{row['code']} {pick(row['name_zh'], row['name_en'])}"


def kind_of(kind: str) -> str:
    return t(f"equipment.kind.{kind}") if has(f"equipment.kind.{kind}") else kind


def percent(value: float) -> str:
    return value_text(value, "%", 1)


def years(value: float) -> str:
    return value_text(value, "年", 1)


def yuan(fen: float) -> str:
    """A fee or margin an examination, to the 分."""
    return value_text(fen / 100, "元", 2)


def state_of(state: str) -> str:
    return f"{MARKS[state]} {t('equipment.state.' + state)}"


def reason_of(row: Row, field: str) -> str:
    """Why a field is missing, in words."""
    told = "no_data" if row["months"] else "no_use"
    return t(f"equipment.reason.{row['reasons'].get(CODES.get(field, field), told)}")


def missing_or(row: Row, field: str, text: str) -> str:
    """The text, or — with the reason."""
    return text if not math.isnan(row[field]) else f"{MISSING} {reason_of(row, field)}"


def in_unit(fen: Any) -> Any:
    """分 (a number or many) in the unit of a money column."""
    return fen / MONEY[language()]


def unit_text(fen: float) -> str:
    """Money in a column whose header names the unit."""
    return number(in_unit(fen), 1)


def amount(fen: float) -> str:
    """Money in the unit of this page, so that figures of a sheet can be added up by hand."""
    return MISSING if math.isnan(fen) else t("equipment.amount", amount=unit_text(fen))


def lines_of(bands: Bands) -> Lines:
    low, full = (t(f"equipment.line.{name}", at=number(at)) for name, at in _ends(bands))
    return Lines(bands.low, bands.full, low, full)


def _ends(bands: Bands) -> tuple[tuple[str, float], ...]:
    return (("low", bands.low), ("full", bands.full))


def pool_name(row: Row, names: dict[str, str]) -> str:
    """超声 · 超声医学科."""
    return f"{kind_of(row['kind'])} · {names.get(row['department'], row['department'])}"
