"""Rows typed or pasted into a grid, as the file that the check reads."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd

from core.intake.definitions import TableDefinition

MOST_ROWS = 200


def typed_csv(rows: pd.DataFrame, definition: TableDefinition) -> bytes:
    """A CSV under the table's own headers; rows and columns in which nothing is written go.

    rows: a column of text or numbers for each column of the table, by its name.
    """
    cells = {name: [_text(value) for value in rows[name]] for name in rows.columns}
    written = [name for name in definition.names if any(cells.get(name, ()))]
    buffer = io.StringIO()
    lines = csv.writer(buffer, lineterminator="\n")
    lines.writerow([definition.column(name).zh for name in written])
    for line in zip(*(cells[name] for name in written), strict=True):
        if any(line):
            lines.writerow(line)
    return buffer.getvalue().encode()


def _text(value: Any) -> str:
    """A cell as a person would write it: whole numbers without a point."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
