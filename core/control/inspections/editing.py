"""A checklist as a person edits it: rows of a grid in, the next version out.

Source: checklists.yaml, schema; house.md (definitions that a hospital edits).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import ValidationError

from core.control.checklists import Checklist, Scale, scale_faults
from core.errors import DataError

GRID = ("code", "text", "weight", "per", "most", "cap", "when", "evidence")
"""Columns of the grid; cap and when are '' where the item has no veto."""
MOST_ITEMS = 60


@dataclass(frozen=True)
class Template:
    """A version of a checklist with the scale that it is graded on."""

    sheet: Checklist
    scale: Scale

    @property
    def key(self) -> tuple[str, int]:
        """Code and version: what an inspection keeps."""
        return self.sheet.code, self.sheet.version

    @property
    def whole(self) -> float:
        """The weights added up; the score is worked out on what applies, so it need not be 100."""
        return math.fsum(item.weight for item in self.sheet.items)

    def written(self) -> str:
        """As the store keeps it."""
        parts = {"sheet": self.sheet, "scale": self.scale}
        told = {name: one.model_dump(mode="json", by_alias=True) for name, one in parts.items()}
        return json.dumps(told, ensure_ascii=False, sort_keys=True)


def template_in(content: str) -> Template:
    """The template that `written` wrote."""
    told = json.loads(content)
    sheet, scale = Checklist.model_validate(told["sheet"]), Scale.model_validate(told["scale"])
    return Template(sheet, scale)


def grid(sheet: Checklist) -> list[dict[str, Any]]:
    """GRID rows of a checklist, in its order."""
    return [
        {
            "code": item.code,
            "text": item.text,
            "weight": item.weight,
            "per": item.deduct.per,
            "most": item.deduct.most,
            "cap": item.veto.cap if item.veto else "",
            "when": item.veto.when if item.veto else "",
            "evidence": item.evidence,
        }
        for item in sheet.items
    ]


def edited(template: Template, rows: Iterable[Mapping[Any, Any]]) -> Template:
    """The next version with these GRID rows; a row without code and text is left out.

    DataError E_TEMPLATE_EMPTY without a row, E_TEMPLATE_SAME when nothing was changed,
    E_TEMPLATE_POINTS where an item takes off more than it weighs,
    E_TEMPLATE_ITEM where a row cannot be used (item, field), E_TEMPLATE_CAP for a grade that the
    scale lacks, E_TEMPLATE_TWICE for a code that stands twice.
    """
    items = [_item(row) for row in rows if _text(row, "code") or _text(row, "text")]
    if not items or len(items) > MOST_ITEMS:
        raise DataError("E_TEMPLATE_EMPTY", most=MOST_ITEMS)
    codes = [item["code"] for item in items]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise DataError("E_TEMPLATE_TWICE", item=twice)
    told = template.sheet.model_dump(mode="json", by_alias=True)
    try:
        sheet = Checklist.model_validate(
            told | {"item": items, "version": template.sheet.version + 1}
        )
    except ValidationError as error:
        place = [part for part in error.errors()[0]["loc"] if part != "item"]
        number = place[0] if place and isinstance(place[0], int) else 0
        field = str(place[-1]) if place else ""
        raise DataError("E_TEMPLATE_ITEM", item=codes[number], field=field) from None
    if scale_faults(sheet, {template.scale.code: template.scale}):
        grades = "、".join(template.scale.names)
        raise DataError("E_TEMPLATE_CAP", grades=grades)
    if sheet.items == template.sheet.items:
        raise DataError("E_TEMPLATE_SAME")
    for item in sheet.items:
        if max(item.deduct.per, item.deduct.most) > item.weight:
            raise DataError("E_TEMPLATE_POINTS", item=item.code)
    return Template(sheet, template.scale)


def _text(row: Mapping[Any, Any], name: str) -> str:
    value: Any = row.get(name)
    return "" if pd.isna(value) else " ".join(str(value).split())


def _item(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as Item reads it; what is no number is refused by Item itself."""
    told: dict[str, Any] = {name: _text(row, name) for name in ("code", "text", "evidence")}
    told["weight"] = row.get("weight")
    told["deduct"] = {"per": row.get("per"), "most": row.get("most")}
    cap, when = _text(row, "cap"), _text(row, "when")
    if cap or when:
        told["veto"] = {"cap": cap, "when": when}
    return told
