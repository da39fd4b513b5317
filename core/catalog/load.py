"""data/catalog/*.toml -> Catalog, or every fault of every file at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.catalog.model import Catalog, Change, Indicator, Measure, Ratio, Total, terms_of
from core.errors import DefinitionError


@dataclass
class _Reading:
    """What was parsed so far, with the file of each entry, and the faults."""

    measures: list[tuple[str, Measure]] = field(default_factory=list)
    indicators: list[tuple[str, Indicator]] = field(default_factory=list)
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
    )


def _read_file(path: Path, reading: _Reading) -> None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reading.fault(path.name, "", f"not TOML: {error}")
        return
    for key, entries in content.items():
        if key not in ("measure", "indicator") or not isinstance(entries, list):
            reading.fault(path.name, "", f"unknown key {key}; use [[measure]] or [[indicator]]")
            continue
        for number, entry in enumerate(entries, start=1):
            _read_entry(path.name, key, number, entry, reading)


def _read_entry(file: str, key: str, number: int, entry: Any, reading: _Reading) -> None:
    code = entry.get("code") if isinstance(entry, Mapping) else None
    name = code if isinstance(code, str) else f"{key} {number}"
    reading.codes.add(name)
    try:
        if key == "measure":
            reading.measures.append((file, Measure.model_validate(entry)))
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
    for file, measure in reading.measures:
        base = measure.source.base
        if not base:
            continue
        if base not in known and base not in reading.codes:
            reading.fault(file, measure.code, f"source: unknown measure {base}")
        elif base in known and known[base].source.base:
            reading.fault(file, measure.code, f"source: {base} is itself derived")


def _check_formulas(reading: _Reading) -> None:
    """Formulas name what exists, and no change rests on itself."""
    measures = {measure.code for _, measure in reading.measures}
    indicators = {indicator.code: indicator for _, indicator in reading.indicators}
    refused = reading.codes - measures - set(indicators)
    for file, indicator in reading.indicators:
        formula = indicator.formula
        if isinstance(formula, Change):
            if formula.of not in measures | refused | set(indicators):
                text = f"formula: unknown indicator or measure {formula.of}"
                reading.fault(file, indicator.code, text)
            elif _circles(indicator.code, indicators):
                reading.fault(file, indicator.code, "formula: the change rests on itself")
            continue
        for measure in sorted(_measures_of(indicator) - measures - refused):
            reading.fault(file, indicator.code, f"formula: unknown measure {measure}")


def _measures_of(indicator: Indicator) -> set[str]:
    match indicator.formula:
        case Total(measures=texts):
            return {term.measure for term in terms_of(texts)}
        case Ratio(top=top, bottom=bottom):
            return {term.measure for term in terms_of(top + bottom)}
        case _:
            return set()


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
