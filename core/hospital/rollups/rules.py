"""The catalogue's measures, as rules for the roll-ups."""

from __future__ import annotations

from core.catalog.model import Catalog
from core.hospital.rollups.records import RollupRule


def rules_of(catalog: Catalog) -> list[RollupRule]:
    """A rule for every measure that comes from a table; derived ones are computed when read."""
    rules = []
    for measure in catalog.measures.values():
        source = measure.source
        if source.table is None:
            continue
        rules.append(
            RollupRule(
                measure.code,
                source.table,
                source.column,
                tuple(sorted(source.where.items())),
                source.department or "department",
                100 if source.table == "driver" and measure.money else 1,
            )
        )
    return rules
