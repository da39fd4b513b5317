"""data/catalog/*.toml -> Catalog, or every fault of every file at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.catalog.model import (
    Catalog,
    Change,
    Formula,
    Indicator,
    Measure,
    QualityItem,
    Spread,
    ZeroShare,
    measures_in,
)
from core.errors import DefinitionError


@dataclass
class _Reading:
    """What was parsed so far, with the file of each entry, and the faults."""

    measures: list[tuple[str, Measure]] = field(default_factory=list)
    indicators: list[tuple[str, Indicator]] = field(default_factory=list)
    items: list[QualityItem] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    """Every code seen, also of entries that were refused: so one fault is not reported twice."""
    faults: list[str] = field(default_factory=list)

    def fault(self, file: str, code: str, text: str) -> None:
        self.faults.append(f"{file}: {code}: {text}" if code else f"{file}: {text}")


def load_catalog(folder: Path) -> Catalog:
    """The catalogue of a folder; DefinitionError with every fault, file and code in front."""
    reading = _Reading()
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        reading.fault(str(folder.name), "", "holds no .toml file")
    for path in paths:
        _read_file(path, reading)
    _check_unique(reading)
    _check_measures(reading)
    _check_formulas(reading)
    if reading.faults:
        raise DefinitionError(reading.faults)
    return Catalog(
        indicators={i.code: i for _, i in sorted(reading.indicators, key=lambda e: e[1].code)},
        measures={m.code: m for _, m in reading.measures},
        items={item.code: item for item in reading.items},
    )


def _read_file(path: Path, reading: _Reading) -> None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reading.fault(path.name, "", f"not TOML: {error}")
        return
    for key, entries in content.items():
        if key not in ("measure", "indicator", "item") or not isinstance(entries, list):
            text = f"unknown key {key}; use [[measure]], [[indicator]] or [[item]]"
            reading.fault(path.name, "", text)
            continue
        for number, entry in enumerate(entries, start=1):
            _read_entry(path.name, key, number, entry, reading)


def _read_entry(file: str, key: str, number: int, entry: Any, reading: _Reading) -> None:
    code = entry.get("code") if isinstance(entry, Mapping) else None
    name = code if isinstance(code, str) else f"{key} {number}"
    reading.codes |= {name, f"{name}_of"} if key == "item" else {name}
    try:
        if key == "measure":
            reading.measures.append((file, Measure.model_validate(entry)))
        elif key == "item":
            item = QualityItem.model_validate(entry)
            reading.items.append(item)
            reading.measures += [(file, measure) for measure in item.measures()]
        else:
            reading.indicators.append((file, Indicator.model_validate(entry)))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            where = ".".join(str(part) for part in detail["loc"])
            text = detail["msg"].removeprefix("Value error, ")
            reading.fault(file, name, f"{where}: {text}" if where else text)


def _check_unique(reading: _Reading) -> None:
    """A code or slug names one thing in all files together."""
    seen: dict[str, str] = {}
    names = [(file, entry.code, entry.code) for file, entry in reading.measures]
    for file, entry in reading.indicators:
        names += [(file, entry.code, entry.code), (file, entry.code, entry.slug)]
    for file, code, name in names:
        if name in seen:
            reading.fault(file, code, f"{name} is already defined in {seen[name]}")
        seen.setdefault(name, file)


def _check_measures(reading: _Reading) -> None:
    """A derived measure rests on a measure that comes from a table."""
    known = {measure.code: measure for _, measure in reading.measures}
    files = {measure.code: file for file, measure in reading.measures}
    items = {item.code: item for item in reading.items}
    for item in reading.items:
        if item.part_of and (item.part_of not in items or items[item.part_of].part_of):
            reading.fault(files.get(item.code, ""), item.code, f"part_of: no item {item.part_of}")
    for file, measure in reading.measures:
        base = measure.source.base
        if not base:
            continue
        if base not in known and base not in reading.codes:
            reading.fault(file, measure.code, f"source: unknown measure {base}")
        elif base in known and known[base].source.base:
            reading.fault(file, measure.code, f"source: {base} is itself derived")


def _check_formulas(reading: _Reading) -> None:
    """Formulas name what exists and what can be had at every level of the grain."""
    measures = {measure.code: measure for _, measure in reading.measures}
    indicators = {indicator.code: indicator for _, indicator in reading.indicators}
    refused = reading.codes - set(measures) - set(indicators)
    for file, indicator in reading.indicators:
        formula = indicator.formula
        text = ""
        if isinstance(formula, Change | Spread | ZeroShare):
            others = refused if isinstance(formula, Spread) else refused | set(measures)
            text = _fault_of_base(indicator.code, formula, indicators, others)
        for term in sorted({term.measure for term in measures_in(formula)}):
            if term not in measures and term not in refused:
                reading.fault(file, indicator.code, f"formula: unknown measure {term}")
        if not text and "disease_group" in indicator.grain:
            apart = sorted(_outside_disease_groups(formula, indicators, measures))
            text = f"grain: {apart[0]} is not kept by disease group" if apart else ""
        if text:
            reading.fault(file, indicator.code, text)


def _fault_of_base(
    code: str,
    formula: Change | Spread | ZeroShare,
    indicators: Mapping[str, Indicator],
    others: set[str],
) -> str:
    """What is wrong with the indicator or measure that the formula is of."""
    wanted = "indicator" if isinstance(formula, Spread) else "indicator or measure"
    if formula.of not in set(indicators) | others:
        return f"formula: unknown {wanted} {formula.of}"
    base = indicators.get(formula.of)
    if base is not None and base.formula.kind in ("spread", "zero_share"):
        return f"formula: {formula.of} compares departments itself"
    if isinstance(formula, Change):
        return "formula: the change rests on itself" if _circles(code, indicators) else ""
    if base is not None and "department" not in base.grain:
        return f"formula: {formula.of} has no value of a department"
    return ""


def _outside_disease_groups(
    formula: Formula, indicators: Mapping[str, Indicator], measures: Mapping[str, Measure]
) -> set[str]:
    """Measures that the formula rests on and that are not kept by disease group."""
    named = {term.measure for term in measures_in(formula)}
    while isinstance(formula, Change):
        base = indicators.get(formula.of)
        if base is None:
            named.add(formula.of)
            break
        formula = base.formula
        named |= {term.measure for term in measures_in(formula)}
    return {code for code in named if code in measures and not measures[code].by_disease_group}


def _circles(code: str, indicators: Mapping[str, Indicator]) -> bool:
    """Whether following `of` from `code` leads back to a code that was passed."""
    passed: set[str] = set()
    while code in indicators:
        formula = indicators[code].formula
        if not isinstance(formula, Change):
            return False
        if code in passed:
            return True
        passed.add(code)
        code = formula.of
    return False
