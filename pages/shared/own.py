"""What the department page shows, kept: readings, their lines, the list to choose from."""

from __future__ import annotations

import pandas as pd

from core.words import language, pick, t
from pages.shared import reads
from pages.shared.kept import kept
from pages.shared.phrases import (
    Row,
    bounds_text,
    name_of,
    reading_change,
    reading_text,
    state_word,
)
from pages.shared.reads import Key
from pages.shared.scope import View
from pages.shared.session import catalog


@kept(256)
def _row(key: Key, shown: View) -> Row:
    rows = reads.departments(shown.scope)
    return rows[rows["department"] == shown.department].iloc[0].to_dict()


def row(shown: View) -> Row:
    """The view's department, as DEPARTMENTS has it."""
    return _row(reads.facts_key(shown.scope), shown)


@kept(256)
def _readings(key: Key, shown: View) -> tuple[Row, ...]:
    rows = reads.board(shown).place(shown.department).values()
    return tuple(row for row in rows if row["reason"] != "not_applicable")


def readings(shown: View) -> tuple[Row, ...]:
    """Readings of the indicators that apply to the view's department."""
    return _readings(reads.judged_key(shown.scope), shown)


@kept(256)
def _lines(key: Key, shown: View, in_language: str) -> pd.DataFrame:
    lines = []
    for row in readings(shown):
        indicator = catalog().indicators[row["indicator"]]
        lines.append(
            {
                t("column.indicator"): name_of(indicator),
                t("column.value"): reading_text(row, indicator),
                t("column.state"): state_word(row),
                t("column.target"): bounds_text(row, indicator) or "—",
                t("column.change"): reading_change(row, indicator),
                t("column.formula"): pick(indicator.formula_text.zh, indicator.formula_text.en),
            }
        )
    return pd.DataFrame(lines)


def lines(shown: View) -> pd.DataFrame:
    """The same in words, a line an indicator."""
    return _lines(reads.judged_key(shown.scope), shown, language())


@kept(64)
def _choices(key: Key, shown: View, in_language: str) -> tuple[list[str], pd.DataFrame]:
    board, rows = reads.board(shown), reads.departments(shown.scope)
    states = pd.crosstab(board.departments["department"], board.departments["state"])
    moved = pd.crosstab(board.departments["department"], board.departments["favourable"])
    rows = rows.assign(missed=_counts(states, rows, "bad"), watched=_counts(states, rows, "watch"))
    rows = rows.sort_values(["missed", "watched", "department"], ascending=[False, False, True])
    codes, names = rows["department"].tolist(), reads.names(shown.scope)
    listed = pd.DataFrame(
        {
            t("column.department"): [names[code] for code in codes],
            t("column.category"): [t(f"category.{category}") for category in rows["category"]],
            t("column.missed"): rows["missed"].tolist(),
            t("column.watch"): rows["watched"].tolist(),
            t("column.better"): _counts(moved, rows, 1.0),
            t("column.worse"): _counts(moved, rows, -1.0),
        }
    )
    return codes, listed


def choices(shown: View) -> tuple[list[str], pd.DataFrame]:
    """Codes of every department, those that miss most first, and their lines."""
    return _choices(reads.judged_key(shown.scope), shown, language())


def _counts(table_of: pd.DataFrame, rows: pd.DataFrame, column: object) -> list[int]:
    if column not in table_of:
        return [0] * len(rows)
    return table_of[column].reindex(rows["department"]).fillna(0).astype(int).tolist()
