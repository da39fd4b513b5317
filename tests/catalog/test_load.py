"""A person who edits definitions hears of every fault at once, with file and code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.catalog.load import load_catalog
from core.errors import DefinitionError
from tests.catalog.conftest import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data" / "catalog", tmp_path / "catalog"))


def _change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def _faults(folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        load_catalog(folder)
    return caught.value.faults


def test_faults_of_all_files_are_reported_at_once(folder: Path) -> None:
    _change(folder, "operations.toml", 'slug = "bed_occupancy"', 'slug = "bed_occupancy"\nx = 1')
    _change(folder, "finance.toml", 'top = ["income_drug"]', 'top = ["income_drugs"]')
    _change(folder, "people.toml", 'grain = ["hospital"]', 'grain = ["ward"]')
    _change(folder, "measures.toml", 'kind = "stock_end"', 'kind = "stock"')
    (folder / "broken.toml").write_text("[[indicator]\n", encoding="utf-8")
    faults = _faults(folder)
    begins = ["broken.toml: not TOML", "measures.toml: in_bed_end: kind"]
    begins += ["operations.toml: OP001: x: Extra inputs", "people.toml: HR002: grain.0"]
    begins += ["finance.toml: FN001: formula: unknown measure income_drugs"]
    for begin in begins:
        assert any(fault.startswith(begin) for fault in faults), (begin, faults)
    assert len(faults) == len(begins), faults


def test_a_refused_measure_is_reported_once_not_by_every_formula(folder: Path) -> None:
    _change(folder, "measures.toml", 'code = "discharges"', 'code = "discharges"\nextra = 1')
    assert _faults(folder) == ["measures.toml: discharges: extra: Extra inputs are not permitted"]


FAULTS = {
    "a formula of nothing": (
        "operations.toml",
        'measures = ["surgeries"]',
        "measures = []",
        "operations.toml: OP020: formula.total.measures: names nothing",
    ),
    "a code twice": (
        "people.toml",
        'code = "HR015"',
        'code = "OP001"',
        "people.toml: OP001: OP001 is already defined in operations.toml",
    ),
    "a slug that is a measure": (
        "operations.toml",
        'slug = "discharged_patients"',
        'slug = "discharges"',
        "operations.toml: OP019: discharges is already defined in measures.toml",
    ),
    "a change that rests on itself": (
        "finance.toml",
        'of = "FN004"',
        'of = "FN006"',
        "finance.toml: FN006: formula: the change rests on itself",
    ),
    "a change of nothing": (
        "finance.toml",
        'of = "FN004"',
        'of = "FN999"',
        "finance.toml: FN006: formula: unknown indicator or measure FN999",
    ),
    "an unknown base": (
        "measures.toml",
        'per_day = "bed_days_open"',
        'per_day = "bed_days"',
        "measures.toml: open_beds: source: unknown measure bed_days",
    ),
    "a base that is derived": (
        "measures.toml",
        'times_days = "physicians"',
        'times_days = "open_beds"',
        "measures.toml: physician_days: source: open_beds is itself derived",
    ),
    "two sources": (
        "measures.toml",
        'source = { per_day = "bed_days_open" }',
        'source = { per_day = "bed_days_open", of = "income" }',
        "measures.toml: open_beds: source: needs exactly one of table, per_day, times_days, of",
    ),
    "a condition of another table": (
        "measures.toml",
        'where = { kind = "personnel" }',
        'where = { role = "personnel" }',
        "measures.toml: cost_personnel: source: where cannot be {'role': 'personnel'}"
        " for direct_cost",
    ),
    "a single hospital's result": (
        "operations.toml",
        'kind = "target"',
        'kind = "case"',
        "operations.toml: OP001: targets.0.kind: Input should be"
        " 'target', 'standard' or 'assumption'",
    ),
    "a watch zone inside the good one": (
        "operations.toml",
        "watch_low = 70",
        "watch_low = 91",
        "operations.toml: OP001: targets.0: watch_low needs a low that is not below it",
    ),
    "a recalled source without its flag": (
        "people.toml",
        "recalled = true\n",
        "",
        "people.toml: HR001: recalled is true exactly when source_status is recall",
    ),
    "an unknown formula": (
        "operations.toml",
        '{ kind = "total", measures = ["surgeries"] }',
        '{ kind = "python", code = "1+1" }',
        "operations.toml: OP020: formula: Input tag 'python' found using 'kind' does not match"
        " any of the expected tags: 'total', 'ratio', 'change', 'reported', 'spread',"
        " 'accuracy', 'zero_share', 'distinct'",
    ),
    "a column that the table lacks": (
        "measures.toml",
        'column = "surgeries"',
        'column = "operations"',
        "measures.toml: surgeries: source: column cannot be operations for workload; it has"
        " outpatient_visits, emergency_visits, checkup_visits, admissions, discharges,"
        " transfers_in, transfers_out, in_bed_start, in_bed_end, bed_days_used, bed_days_open,"
        " discharged_bed_days, surgeries, level4_surgeries, minimally_invasive_surgeries,"
        " elective_surgeries, day_surgeries",
    ),
    "a value that the column never has": (
        "measures.toml",
        'where = { stream = "emergency" }',
        'where = { stream = "ambulance" }',
        "measures.toml: arrivals_emergency: source: where cannot be {'stream': 'ambulance'}"
        " for arrival",
    ),
    "a spread of nothing": (
        "operations.toml",
        'kind = "spread", of = "OP001"',
        'kind = "spread", of = "surgeries"',
        "operations.toml: OP002: formula: unknown indicator surgeries",
    ),
    "a change of what compares departments": (
        "finance.toml",
        'of = "FN004"',
        'of = "OP002"',
        "finance.toml: FN006: formula: OP002 compares departments itself",
    ),
    "a disease group's share of the ward's counts": (
        "operations.toml",
        'grain = ["hospital", "department"]',
        'grain = ["hospital", "department", "disease_group"]',
        "operations.toml: OP001: grain: bed_days_open is not kept by disease group",
    ),
    "a quality item that is a measure": (
        "quality_items.toml",
        "[[item]]\n",
        '[[item]]\ncode = "surgeries"\nunit = "例"\nnumerator = { zh = "例", en = "Cases" }\n'
        "\n[[item]]\n",
        "quality_items.toml: surgeries: surgeries is already defined in measures.toml",
    ),
    "a share of nothing": (
        "quality_items.toml",
        "[[item]]\n",
        '[[item]]\ncode = "x"\nunit = "例"\nnumerator = { zh = "例", en = "Cases" }\n'
        "share = true\n\n[[item]]\n",
        "quality_items.toml: x: share needs a denominator",
    ),
    "an entry of another name": (
        "people.toml",
        "[[indicator]]",
        "[[indicater]]\n[[indicator]]",
        "people.toml: unknown key indicater; use [[measure]], [[indicator]] or [[item]]",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_its_file_and_code(folder: Path, name: str) -> None:
    file, old, new, expected = FAULTS[name]
    _change(folder, file, old, new)
    assert _faults(folder) == [expected]


def test_two_changes_that_rest_on_each_other_are_both_reported(folder: Path) -> None:
    _change(folder, "finance.toml", 'of = "FN004"', 'of = "FN024"')
    _change(folder, "finance.toml", 'of = "income"', 'of = "FN006"')
    codes = [fault.split(": ")[1] for fault in _faults(folder)]
    assert codes == ["FN006", "FN024"]


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert _faults(tmp_path) == [f"{tmp_path.name}: holds no .toml file"]
