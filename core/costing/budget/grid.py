"""The grid in which a budget is typed: departments by months of a line, or by lines of a month."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Cell:
    """What was typed into a cell: department, YYYYMM, line, and the text as typed (元)."""

    department: str
    month: int
    line: str
    text: str


@dataclass(frozen=True)
class Typed:
    """Cells that changed, and those that were emptied: a file cannot take an amount away."""

    changed: tuple[Cell, ...]
    emptied: tuple[Cell, ...]


Place = tuple[str, int, str]
"""Department, month, line."""


def amounts(planned: pd.DataFrame) -> dict[Place, str]:
    """The budget as text in 元 by place. planned: month, department, line, amount_fen."""
    keys = zip(planned["department"], planned["month"], planned["line"], strict=True)
    texts = [_yuan(int(fen)) for fen in planned["amount_fen"]]
    return {
        (str(code), int(month), str(line)): text
        for (code, month, line), text in zip(keys, texts, strict=True)
    }


def _yuan(fen: int) -> str:
    """1234.5 as 1234.50, whole amounts without a point."""
    sign, rest = "-" if fen < 0 else "", abs(fen)
    return f"{sign}{rest // 100}" + (f".{rest % 100:02d}" if rest % 100 else "")


def compared(held: dict[Place, str], typed: dict[Place, str]) -> Typed:
    """What of the grid is new. Blanks where nothing stood say nothing."""
    changed, emptied = [], []
    for (department, month, line), raw in typed.items():
        text, before = raw.strip(), held.get((department, month, line), "")
        cell = Cell(department, month, line, text)
        if text == before:
            continue
        (changed if text else emptied).append(cell)
    return Typed(tuple(changed), tuple(emptied))
