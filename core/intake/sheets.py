"""One workbook with a sheet a table, each named by the table's title."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

from core.errors import DataError
from core.intake.container import Reach, chunks, sheet_parts
from core.intake.definitions import Limits, TableDefinition, in_order
from core.intake.gate import gate
from core.intake.spelling import label

_LONGEST_NAME = 31
_HEADER_AND_ROW = 2


def roomiest(definitions: Iterable[TableDefinition]) -> Limits:
    """Limits of a file that may hold all of these tables."""
    limits = [definition.limits for definition in definitions]
    most = {name: max(getattr(one, name) for one in limits) for name in Limits.model_fields}
    return Limits.model_validate(most)


def tables_by_sheet(
    content: bytes, name: str, definitions: Mapping[str, TableDefinition]
) -> dict[str, str]:
    """Table by sheet, in the order in which they are to be imported: masters first.

    Visible sheets that are named by a table (its title in either language, or its code) and hold
    more than a header. Empty for every file that is no sound .xlsx.
    """
    try:
        if gate(content, name, roomiest(definitions.values())) != "xlsx":
            return {}
    except DataError:
        return {}  # the check of one table says why
    titles = {
        label(text[:_LONGEST_NAME]): definition.table
        for definition in definitions.values()
        for text in (definition.title.zh, definition.title.en, definition.table)
    }
    found: dict[str, str] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in sheet_parts(archive):
            table = titles.get(label(part.name))
            if part.visible and table and _filled(archive, part.path):
                found.setdefault(table, part.name)
    return {
        found[definition.table]: definition.table
        for definition in in_order(definitions.values())
        if definition.table in found
    }


def _filled(archive: zipfile.ZipFile, path: str) -> bool:
    reach = Reach()
    for text in chunks(archive, path):
        reach.see(text)
        if reach.rows >= _HEADER_AND_ROW:
            return True
    return False
