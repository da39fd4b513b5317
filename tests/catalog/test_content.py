"""The catalogue against the reference list: every row accounted for, every correction applied."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.model import Catalog, Indicator, Ratio, measures_in
from tests.catalog.conftest import ROOT

SHARED = ROOT.parent / "shared" / "reference" / "indicators.csv"
ROWS = {"AC": 16, "FN": 46, "HR": 23, "OP": 54, "QA": 80, "SF": 28, "SV": 20}
LISTED = {f"{prefix}{n:03d}" for prefix, last in ROWS.items() for n in range(1, last + 1)}
MERGED = {"QA051": "SF014"}
ADDED = {
    *("FN047", "FN048", "FN049", "FN050", "FN051"),
    *("HR024", "HR025", "HR026", "HR027", "HR028", "HR029"),
    *("OP055", "OP056", "OP057", "OP058", "SV021", "SV022"),
}
FROM_MEMORY = {
    *(f"QA{n:03d}" for n in (*range(6, 20), 21, 23, 25, 26, 28, 29, 30, 52, 56, 59, 60, 61, 63)),
    *(f"QA{n:03d}" for n in (64, 71, 72, 73, 74)),
    *(f"FN{n:03d}" for n in (3, 6, 7, 8, 9, 11, 13, 14, 15, 16, 17, 19, 22, 23, 24, 28, 47, 48)),
    *(f"HR{n:03d}" for n in (1, 2, 3, 4, 5, 7, 9, 10, 13, 25, 26, 27, 28)),
    *(f"AC{n:03d}" for n in (1, 2, 12, 13, 14)),
    *(f"SF{n:03d}" for n in range(18, 23)),
    *("OP007", "OP045", "SV017", "SV018", "SV019", "SV020", "SV022"),
}
MONITORED = {
    *("OP011", "OP012", "OP017", "QA054", "QA055", "QA056", "QA062", "QA063"),
    *("HR002", "HR003", "HR005", "FN017", "FN018", "FN023", "SV020"),
}
LATIN = {
    *("CMI", "CT", "DDD", "DDDs", "DRG", "HIS", "ICU", "MR", "ST", "TNM", "X"),
    *("MER-TQ-", "QA", "n", "x"),
}


def _of(catalog: Catalog, code: str) -> Indicator:
    return catalog.indicators[code]


def _chinese(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Every Chinese text with the code it belongs to."""
    for one in catalog.indicators.values():
        for text in (one.name, one.formula_text, one.note, one.owner, one.data_source):
            yield one.code, text.zh
        yield from ((one.code, text) for text in (one.unit, one.source))
        yield from ((one.code, target.source) for target in one.targets)
    for item in catalog.items.values():
        texts = (item.numerator, item.denominator, item.note)
        yield from ((item.code, text.zh) for text in texts if text is not None)
    yield from ((measure.code, measure.name.zh) for measure in catalog.measures.values())


def _english(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for one in catalog.indicators.values():
        for text in (one.name, one.formula_text, one.note, one.owner, one.data_source):
            yield one.code, text.en
    for item in catalog.items.values():
        texts = (item.numerator, item.denominator, item.note)
        yield from ((item.code, text.en) for text in texts if text is not None)
    yield from ((measure.code, measure.name.en) for measure in catalog.measures.values())


def test_every_listed_indicator_is_in_the_catalogue_or_merged(catalog: Catalog) -> None:
    assert set(catalog.indicators) == (LISTED - set(MERGED)) | ADDED


def test_a_merged_code_is_named_by_the_one_that_took_it_up(catalog: Catalog) -> None:
    for gone, survivor in MERGED.items():
        assert gone in _of(catalog, survivor).note.zh
        assert gone in _of(catalog, survivor).note.en


def test_the_list_itself_is_the_reference_list(catalog: Catalog) -> None:
    if not SHARED.exists():
        pytest.skip("the reference list is not beside this copy; LISTED stands in for it")
    with SHARED.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    assert set(rows) == LISTED
    for code, row in rows.items():
        if code not in MERGED:
            assert _of(catalog, code).source_status == row["source_status"], code


def test_most_indicators_are_computed(catalog: Catalog) -> None:
    assert len(catalog.computed) >= 200
    assert len(catalog.reported) == len(catalog.indicators) - len(catalog.computed)


def test_what_was_written_from_memory_is_marked(catalog: Catalog) -> None:
    assert {code for code, one in catalog.indicators.items() if one.recalled} == FROM_MEMORY


def test_about_sixty_are_in_use_and_the_home_cards_are_among_them(catalog: Catalog) -> None:
    used = {code for code, one in catalog.indicators.items() if one.in_use}
    assert 50 <= len(used) <= 70
    cards = {"QA048", "SF002", "QA002", "SV007", "SV009", "SV002"}
    cards |= {"OP018", "OP019", "OP001", "OP003", "FN022", "OP048"}
    assert cards <= used


def test_no_case_of_a_single_hospital_is_a_target(catalog: Catalog) -> None:
    for one in catalog.indicators.values():
        for target in one.targets:
            assert target.kind in ("target", "standard", "assumption")
            assert "案例" not in target.source, one.code
            assert target.kind != "assumption" or "假设" in target.source, one.code


def test_a_standard_whose_text_was_not_at_hand_says_so(catalog: Catalog) -> None:
    unchecked = [
        one.code
        for one in catalog.indicators.values()
        for target in one.targets
        if target.kind == "standard" and "待核对" not in target.source
    ]
    assert set(unchecked) == {"OP017", "OP056", "OP050", "OP051"}


def test_direction_is_monitored_where_neither_way_is_better(catalog: Catalog) -> None:
    for code in MONITORED:
        assert _of(catalog, code).better == "monitor", code


def test_departments_of_unlike_patients_are_judged_by_their_own_last_year(
    catalog: Catalog,
) -> None:
    for code in ("FN001", "FN002", "FN004", "FN005", "OP003", "QA066"):
        bases = {t.basis for t in _of(catalog, code).targets if t.level == "department"}
        assert bases == {"last_year"}, code


def test_rare_events_of_a_month_are_not_held_against_those_of_a_year_ago(catalog: Catalog) -> None:
    """A handful of cases a month: the difference is chance, and a line would turn red for it."""
    rare = [one for one in catalog.indicators.values() if one.unit in ("‰", "件/万人次", "例")]
    assert len(rare) > 10
    for one in rare:
        assert {target.basis for target in one.targets} <= {"value"}, one.code


def test_departments_are_compared_by_the_consumption_indices(catalog: Catalog) -> None:
    for code in ("OP050", "OP051"):
        assert {(t.level, t.high) for t in _of(catalog, code).targets} == {
            ("hospital", 1),
            ("department", 1),
        }


def test_drug_share_has_no_line_of_40_and_the_garbled_figure_is_said_to_be(
    catalog: Catalog,
) -> None:
    assert all("40" not in target.source for target in _of(catalog, "FN001").targets)
    assert "缺损" in _of(catalog, "FN002").note.zh


def test_waiting_starts_at_check_in_and_slots_have_a_code_of_their_own(catalog: Catalog) -> None:
    assert "报到" in _of(catalog, "SV002").formula_text.zh
    assert all(target.basis == "last_year" for target in _of(catalog, "SV002").targets)
    assert {target.high for target in _of(catalog, "SV021").targets} == {30}


def test_energy_share_has_no_band(catalog: Catalog) -> None:
    assert _of(catalog, "FN021").targets == ()
    assert "案例" in _of(catalog, "FN021").note.zh


def test_both_time_limits_of_complaints_are_shown(catalog: Catalog) -> None:
    assert "3 日" in _of(catalog, "SV010").formula_text.zh
    assert "5 个工作日" in _of(catalog, "SV022").formula_text.zh


def test_endoscopy_ratio_reads_stations_per_nurse_and_aides_apart(catalog: Catalog) -> None:
    for code, people in (("HR012", "护士"), ("HR024", "辅助人员")):
        top, bottom = _of(catalog, code).formula_text.zh.split("÷")
        assert "台数" in top
        assert people in bottom
        assert _of(catalog, code).targets[0].high == 5


def test_costs_of_patients_take_the_right_base(catalog: Catalog) -> None:
    outpatient, inpatient = _of(catalog, "FN004").formula, _of(catalog, "FN005").formula
    assert isinstance(outpatient, Ratio)
    assert isinstance(inpatient, Ratio)
    assert outpatient.bottom == ("outpatient_visits", "emergency_visits")
    assert catalog.measure(inpatient.top[0]).source.table == "case"
    assert "住院" not in _of(catalog, "FN034").formula_text.zh


def test_antibiotic_density_is_over_bed_days_of_discharged_patients(catalog: Catalog) -> None:
    formula = _of(catalog, "QA066").formula
    assert isinstance(formula, Ratio)
    assert formula.bottom == ("discharged_bed_days",)
    assert formula.per == 100


def test_grade_four_alone_is_the_hidden_hazard(catalog: Catalog) -> None:
    formula = _of(catalog, "SF003").formula
    assert isinstance(formula, Ratio)
    assert formula.top == ("events_level4",)


def test_complaints_have_one_base(catalog: Catalog) -> None:
    formula = _of(catalog, "SV009").formula
    assert isinstance(formula, Ratio)
    assert formula.bottom == ("outpatient_visits", "emergency_visits", "discharges")
    assert formula.per == 10000


def test_satisfaction_says_its_scale(catalog: Catalog) -> None:
    for code in ("SV007", "SV008"):
        assert "百分制" in _of(catalog, code).note.zh


def test_two_measures_under_one_name_are_two_codes(catalog: Catalog) -> None:
    for one, other in (("OP026", "OP055"), ("OP017", "OP056"), ("FN026", "FN050")):
        assert _of(catalog, one).formula_text != _of(catalog, other).formula_text


def test_idle_machines_leave_out_emergency_reserves(catalog: Catalog) -> None:
    for code in ("OP026", "OP055"):
        for term in measures_in(_of(catalog, code).formula):
            where = catalog.measure(term.measure).source.where
            assert where["emergency_reserve"] == "no", code


def test_what_only_the_hospital_can_say_has_no_department(catalog: Catalog) -> None:
    for code in ("OP012", "OP013", "AC002", "AC011", "FN023", "SV017"):
        assert _of(catalog, code).grain == ("hospital",)


def test_a_department_surplus_is_of_clinical_departments(catalog: Catalog) -> None:
    for code in ("FN029", "FN030"):
        assert _of(catalog, code).applies.categories == ("clinical",)


def test_every_count_of_quality_is_read_by_an_indicator_or_splits_one(catalog: Catalog) -> None:
    read = {t.measure for one in catalog.indicators.values() for t in measures_in(one.formula)}
    read |= {getattr(one.formula, "of", "") for one in catalog.indicators.values()}
    kinds = re.compile(r"events_(?!level)|complaints_(?!closed)")
    assert {code for code in catalog.items if code not in read and not kinds.match(code)} == set()


def test_shares_are_at_most_the_whole(catalog: Catalog) -> None:
    for code in ("hand_hygiene", "records_grade_a", "watch_drug_income"):
        assert catalog.items[code].share
    for code in ("nursing_hours", "outpatient_scores", "theatre_minutes"):
        assert not catalog.items[code].share


def test_chinese_holds_no_other_language(catalog: Catalog) -> None:
    for code, text in _chinese(catalog):
        assert set(re.findall(r"[A-Za-z][A-Za-z-]*", text)) <= LATIN, (code, text)
        assert re.search(r"[\u4e00-\u9fff]|[%‰:]|^DDD", text), (code, text)


def test_english_holds_no_chinese(catalog: Catalog) -> None:
    for code, text in _english(catalog):
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text), (code, text)


def test_every_note_is_written_for_its_indicator(catalog: Catalog) -> None:
    notes = [one.note.zh for one in catalog.indicators.values()]
    assert len(set(notes)) == len(notes)
    assert min(len(note) for note in notes) >= 10


def test_definition_files_are_short_enough_to_read() -> None:
    for path in Path(ROOT, "data", "catalog").glob("*.toml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 1500, path.name
