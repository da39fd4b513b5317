"""Scores, grades and vetoes of checklists."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.control.checklists import Checklists, Deduct, Item, exact, load_checklists
from core.control.scoring import Answer, Scorecard, graded, scorecard, unchecked
from core.errors import DataError, DefinitionError

FOLDER = Path(__file__).resolve().parents[2] / "data" / "checklists"
KNOWN = load_checklists(FOLDER)
SHEET = KNOWN.sheets["CK-MR"]
SCALE = KNOWN.scale_of(SHEET)
MET = {one.code: Answer("met") for one in SHEET.items}


def score(**answers: Answer) -> Scorecard:
    return scorecard(SHEET, SCALE, MET | answers)


def test_every_sheet_adds_up_to_100() -> None:
    totals = {sheet.code: sum(one.weight for one in sheet.items) for sheet in KNOWN.sheets.values()}
    assert set(totals.values()) == {100}


def test_the_nine_sheets_hold_67_items_and_20_vetoes() -> None:
    items = [one for sheet in KNOWN.sheets.values() for one in sheet.items]
    vetoes = [one for one in items if one.veto]
    assert (len(KNOWN.sheets), len(items), len(vetoes)) == (9, 67, 20)


def test_defects_cost_points_up_to_the_cap_of_the_item() -> None:
    assert score(MR07=Answer("partly", 4)).deducted["MR07"] == 10


def test_a_cap_above_the_weight_takes_no_more_than_the_weight() -> None:
    item = Item(code="A", text="x", weight=5, deduct=Deduct(per=3, most=9))
    sheet = SHEET.model_copy(update={"items": (item,)})
    assert scorecard(sheet, SCALE, {"A": Answer("unmet", 9)}).score == 0


def test_not_met_without_a_count_loses_the_whole_item() -> None:
    assert score(MR06=Answer("unmet")).score == 86


def test_what_does_not_apply_leaves_both_sums() -> None:
    card = score(MR01=Answer("partly", 2), MR06=Answer("na"))
    assert card.score == pytest.approx(82 / 86 * 100)


def test_where_nothing_applies_there_is_no_score_and_no_grade() -> None:
    card = scorecard(SHEET, SCALE, dict.fromkeys(MET, Answer("na")))
    assert (math.isnan(card.score), card.grade) == (True, None)


def test_an_empty_sheet_is_unchecked_and_not_met() -> None:
    assert unchecked(SHEET, {}) == tuple(MET)


def test_one_item_left_open_blocks_the_submission() -> None:
    with pytest.raises(DataError, match=r"E_CHECK_UNCHECKED.*MR03"):
        score(MR03=Answer())


def test_a_veto_caps_the_grade_and_leaves_the_score() -> None:
    card = score(MR06=Answer("partly", 1, vetoed=True))
    assert (card.score, card.own_grade, card.grade) == (97, "甲", "丙")


def test_of_several_vetoes_the_lowest_cap_holds() -> None:
    card = score(MR04=Answer("unmet", 1, vetoed=True), MR06=Answer("unmet", 1, vetoed=True))
    assert (card.grade, card.reasons) == ("丙", ("缺手术记录或麻醉记录",))


def test_a_veto_never_lifts_a_grade() -> None:
    lost = {code: Answer("unmet") for code in ("MR01", "MR02", "MR03")}
    assert score(**lost, MR04=Answer("partly", 1, vetoed=True)).grade == "丙"


@pytest.mark.parametrize(
    "answer",
    [
        Answer("met", 1),
        Answer("na", 1),
        Answer("partly"),
        Answer("met", vetoed=True),
        Answer("na", vetoed=True),
        Answer("unmet", -1),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(answer: Answer) -> None:
    with pytest.raises(DataError, match="E_CHECK_ANSWER"):
        score(MR02=answer)


def test_a_veto_where_the_item_has_none_is_refused() -> None:
    with pytest.raises(DataError, match="E_CHECK_ANSWER"):
        score(MR01=Answer("unmet", 1, vetoed=True))


def test_an_item_of_another_sheet_is_refused() -> None:
    with pytest.raises(DataError, match="E_CHECK_ITEM"):
        score(SS01=Answer("met"))


@pytest.mark.parametrize(
    ("points", "grade"), [(90, "甲"), (89.95, "乙"), (89.9999, "乙"), (75, "乙"), (74.96, "丙")]
)
def test_the_grade_is_told_by_the_score_nobody_rounded(points: float, grade: str) -> None:
    assert graded(SCALE, exact(points)).grade == grade


def test_tenths_of_points_leave_no_noise_at_a_limit() -> None:
    """Three items of 0.1 of which a tenth each is lost: exactly 90."""
    deduct = Deduct(per=0.01, most=0.1)
    items = tuple(Item(code=code, text="x", weight=0.1, deduct=deduct) for code in "ABC")
    sheet = SHEET.model_copy(update={"items": items})
    card = scorecard(sheet, SCALE, dict.fromkeys("ABC", Answer("partly", 1)))
    assert (card.score, card.grade) == (90, "甲")


@given(st.dictionaries(st.sampled_from(sorted(MET)), st.integers(1, 20)))
def test_one_more_defect_never_helps(counts: dict[str, int]) -> None:
    fewer = score(**{code: Answer("partly", count) for code, count in counts.items()})
    more = score(**{code: Answer("partly", count + 1) for code, count in counts.items()})
    assert 0 <= more.score <= fewer.score <= 100


def load(folder: Path, **changes: str) -> Checklists:
    for name in ("grades.toml", "CK-MR.toml"):
        text = (FOLDER / name).read_text("utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / name).write_text(text, "utf-8")
    return load_checklists(folder)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('cap = "乙"', 'cap = "丁"', "MR04: 丁 is no grade"),
        ('code = "MR02"', 'code = "MR01"', "stands twice"),
        ('scale = "medical_record"', 'scale = "none"', "scale none"),
        ("min = 75", "min = 95", "go down"),
        ("version = 1", "version = 1\ncolour = 2", "colour"),
    ],
)
def test_a_faulty_file_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, **{old: new})
    assert told in "\n".join(caught.value.faults)


def test_a_code_in_two_files_is_told(tmp_path: Path) -> None:
    load(tmp_path)
    (tmp_path / "twin.toml").write_text((FOLDER / "CK-MR.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(DefinitionError, match="another file"):
        load_checklists(tmp_path)
