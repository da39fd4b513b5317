"""Forms filled answer by answer: nothing is lost, nothing unchecked is submitted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.control.inspections.desk.records import (
    answer_pairs,
    checked,
    defects,
    form,
    forms,
    marks,
    rounds,
)
from core.control.inspections.past.records import has_rounds
from core.control.inspections.records import (
    Plan,
    Saved,
    answers_of,
    mark_off_hours,
    plan_round,
    redrawn,
    save_answer,
    submit,
    withdraw_round,
)
from core.control.inspections.results import paired
from core.control.scoring import Answer
from core.errors import ConflictError, DataError
from core.frames import Scope
from core.hospital.records import create_hospital
from core.months import Clock
from core.store.engine import Store
from core.store.opening import open_store
from core.store.trail import last_rows
from tests.control.hospital import (
    ANN,
    BOB,
    CORE,
    JANUARY,
    RECORDS,
    looked_at,
    sampled,
    write_hospital,
)
from tests.stores import ACTOR

CODES = tuple(item.code for item in CORE.sheet.items)
MET = Answer("met")


def first_form(store: Store, hospital: int) -> int:
    return int(forms(store, Scope(hospital, JANUARY, JANUARY))["id"].min())


def answer_all(store: Store, hospital: int, form_id: int, **others: Answer) -> int:
    """Every item met but for those named; the form's revision."""
    found = form(store, Scope(hospital, 0, 999912), form_id)
    assert found is not None
    template = RECORDS if found["checklist"] == "CK-MR" else CORE
    for item in template.sheet.items:
        save_answer(store, ANN, hospital, (form_id, item.code), Saved(others.get(item.code, MET)))
    return revision(store, hospital, form_id)


def revision(store: Store, hospital: int, form_id: int) -> int:
    found = form(store, Scope(hospital, 0, 999912), form_id)
    return int(found["revision"]) if found else -1


def test_a_plan_draws_the_sample_and_draws_it_again(store: Store) -> None:
    hospital = write_hospital(store)
    assert not has_rounds(store, hospital)
    round_id = sampled(store, hospital)
    rows = forms(store, Scope(hospital, JANUARY, JANUARY))
    assert rows["kind"].value_counts().to_dict() == {"archived": 4, "running": 2}
    assert set(rows["department"]) == {"A", "B"}
    sample, same, still = redrawn(store, hospital, round_id)
    assert (len(sample), same, still) == (6, True, True)
    assert last_rows(store, 1)[0]["action"] == "inspection.plan"


def test_a_half_filled_form_survives_a_restart(tmp_path: Path, fixed_clock: Clock) -> None:
    url = f"sqlite:///{(tmp_path / 'store.db').as_posix()}"
    store = open_store(url, fixed_clock)
    hospital = write_hospital(store)
    looked_at(store, hospital)
    form_id = first_form(store, hospital)
    save_answer(store, ANN, hospital, (form_id, "CS01"), Saved(Answer("partly", 2), "交接 未签"))
    store.close()
    again = open_store(url, fixed_clock)
    kept = answers_of(again, hospital, form_id)
    assert kept == {"CS01": Saved(Answer("partly", 2), "交接 未签", "质控 甲", 1)}
    again.close()


def test_two_people_fill_one_form_at_once_and_nothing_is_lost(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    form_id = first_form(store, hospital)

    def fill(actor_and_codes: tuple) -> None:
        actor, codes = actor_and_codes
        for code in codes:
            save_answer(store, actor, hospital, (form_id, code), Saved(MET))

    with ThreadPoolExecutor(2) as both:
        list(both.map(fill, [(ANN, CODES[::2]), (BOB, CODES[1::2])]))
    kept = answers_of(store, hospital, form_id)
    assert {code: saved.who for code, saved in kept.items()} == {
        code: (ANN, BOB)[n % 2].name for n, code in enumerate(CODES)
    }
    assert revision(store, hospital, form_id) == len(CODES)


def test_who_is_second_at_an_item_is_shown_what_is_stored(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    place = (first_form(store, hospital), "CS01")
    save_answer(store, ANN, hospital, place, Saved(Answer("unmet"), "没有记录"))
    with pytest.raises(ConflictError) as clash:
        save_answer(store, BOB, hospital, place, Saved(MET))
    told: Any = clash.value.fields["stored"]
    assert (told["result"], told["who"], told["note"]) == ("unmet", "质控 甲", "没有记录")
    seen = save_answer(store, BOB, hospital, place, Saved(MET, version=told["version"]))
    assert (seen.version, seen.who) == (2, "护理 乙")


def test_saying_what_is_stored_already_is_no_conflict(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    place = (first_form(store, hospital), "CS01")
    first = save_answer(store, ANN, hospital, place, Saved(MET))
    assert save_answer(store, BOB, hospital, place, Saved(MET)) == first


def test_unchecked_items_block_submission(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    form_id = first_form(store, hospital)
    save_answer(store, ANN, hospital, (form_id, "CS01"), Saved(MET))
    with pytest.raises(DataError, match="E_CHECK_UNCHECKED"):
        submit(store, ANN, hospital, form_id, 1)


def test_a_veto_caps_the_grade_and_leaves_the_score(store: Store) -> None:
    hospital = write_hospital(store)
    sampled(store, hospital)
    form_id = first_form(store, hospital)
    seen = answer_all(store, hospital, form_id, MR02=Answer("unmet", 1, vetoed=True))
    card = submit(store, ANN, hospital, form_id, seen)
    assert (card.score, card.grade, card.own_grade) == (98.0, "丙", "甲")
    assert card.reasons == ("缺入院记录",)
    row = defects(store, Scope(hospital, JANUARY, JANUARY)).iloc[0]
    assert (row["item"], bool(row["vetoed"])) == ("MR02", True)


def test_the_grade_comes_from_the_score_before_rounding(store: Store) -> None:
    hospital = write_hospital(store)
    sampled(store, hospital)
    form_id = first_form(store, hospital)
    # 10 + 2 points lost of 100 - 4: 84 / 96 = 87.5; then one more: 86.458...
    answers = {"MR10": Answer("na"), "MR01": Answer("partly", 5), "MR05": Answer("partly", 1)}
    seen = answer_all(store, hospital, form_id, **answers)
    submit(store, ANN, hospital, form_id, seen)
    row = forms(store, Scope(hospital, JANUARY, JANUARY)).set_index("id").loc[form_id]
    assert (row["score"], row["grade"]) == (87.5, "乙")


def test_nobody_submits_what_they_have_not_seen(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    form_id = first_form(store, hospital)
    seen = answer_all(store, hospital, form_id)
    save_answer(store, BOB, hospital, (form_id, "CS02"), Saved(Answer("unmet"), version=1))
    with pytest.raises(ConflictError):
        submit(store, ANN, hospital, form_id, seen)
    submit(store, ANN, hospital, form_id, seen + 1)


def test_a_submitted_form_is_closed(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    form_id = first_form(store, hospital)
    mark_off_hours(store, ANN, hospital, form_id, "holiday")
    submit(store, ANN, hospital, form_id, answer_all(store, hospital, form_id))
    with pytest.raises(DataError, match="E_INSPECTION_DONE"):
        save_answer(store, BOB, hospital, (form_id, "CS01"), Saved(Answer("na"), version=1))
    row = rounds(store, Scope(hospital, JANUARY, JANUARY)).iloc[0]
    assert (row["forms"], row["submitted"], row["begun"]) == (2, 1, 0)
    assert forms(store, Scope(hospital, JANUARY, JANUARY))["off_hours"].tolist() == [
        "holiday",
        "night",
    ]


def test_both_levels_on_one_seed_are_pairs(store: Store) -> None:
    hospital = write_hospital(store)
    for level in (1, 2):
        sampled(store, hospital, level)
    scope = Scope(hospital, JANUARY, JANUARY)
    rows = forms(store, scope)
    own, seen = (int(rows[rows["level"] == level]["id"].min()) for level in (1, 2))
    submit(store, ANN, hospital, own, answer_all(store, hospital, own))
    fault = {"MR01": Answer("partly", 2)}
    submit(store, BOB, hospital, seen, answer_all(store, hospital, seen, **fault))
    pair = paired(forms(store, scope)).iloc[0]
    assert (pair["self_check"], pair["inspection"]) == (100.0, 96.0)
    counts = answer_pairs(store, scope)
    assert counts["count"].sum() == len(RECORDS.sheet.items)
    both = checked(store, scope).set_index(["level", "item"])["met"]
    assert (both[(1, "MR01")], both[(2, "MR01")]) == (1, 0)


def test_a_plan_is_refused_with_its_reason(store: Store) -> None:
    hospital = write_hospital(store)
    plan = Plan("三级", JANUARY, 3, 20260131, departments=("A",))
    with pytest.raises(DataError, match="E_ROUND_LEVEL"):
        plan_round(store, ANN, hospital, plan, RECORDS)
    with pytest.raises(DataError, match="E_ROUND_TITLE"):
        plan_round(store, ANN, hospital, Plan(" ", JANUARY, 2, 20260131), CORE)
    with pytest.raises(DataError, match="E_ROUND_EMPTY"):
        plan_round(store, ANN, hospital, Plan("空", JANUARY, 2, 20260131), CORE)


def test_what_contradicts_itself_is_not_stored(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    form_id = first_form(store, hospital)
    with pytest.raises(DataError, match="E_CHECK_ANSWER"):
        save_answer(store, ANN, hospital, (form_id, "CS01"), Saved(Answer("met", 3)))
    with pytest.raises(DataError, match="E_CHECK_ITEM"):
        save_answer(store, ANN, hospital, (form_id, "XX"), Saved(MET))
    assert answers_of(store, hospital, form_id) == {}


def test_a_round_that_nobody_began_is_withdrawn(store: Store) -> None:
    hospital = write_hospital(store)
    round_id, scope = sampled(store, hospital), Scope(hospital, JANUARY, JANUARY)
    form_id, before = first_form(store, hospital), marks(store, hospital)
    assert withdraw_round(store, BOB, hospital, round_id) == 6
    assert rounds(store, scope).empty
    assert forms(store, scope).empty
    assert form(store, scope, form_id) is None
    assert marks(store, hospital) != before
    assert last_rows(store, 1)[0]["action"] == "inspection.withdraw"
    for late in (
        lambda: save_answer(store, ANN, hospital, (form_id, CODES[0]), Saved(MET)),
        lambda: withdraw_round(store, BOB, hospital, round_id),
    ):
        with pytest.raises(DataError, match=r"E_(INSPECTION|ROUND)_GONE"):
            late()
    assert len(forms(store, scope)) == 0
    again = sampled(store, hospital)
    assert set(forms(store, scope)["round_id"]) == {again}


def test_a_round_with_an_answer_is_not_withdrawn(store: Store) -> None:
    hospital = write_hospital(store)
    round_id = sampled(store, hospital)
    form_id = first_form(store, hospital)
    code = RECORDS.sheet.items[0].code
    save_answer(store, ANN, hospital, (form_id, code), Saved(MET))
    with pytest.raises(DataError, match="E_ROUND_BEGUN") as told:
        withdraw_round(store, BOB, hospital, round_id)
    assert told.value.fields == {"begun": 1, "forms": 6}
    assert len(forms(store, Scope(hospital, JANUARY, JANUARY))) == 6
    with pytest.raises(DataError, match="E_ROUND_GONE"):
        withdraw_round(store, BOB, hospital + 1, round_id)


def test_a_note_that_is_too_long_is_refused_not_cut(store: Store) -> None:
    hospital = write_hospital(store)
    sampled(store, hospital)
    place = (first_form(store, hospital), RECORDS.sheet.items[0].code)
    with pytest.raises(DataError, match="E_TEXT_LONG"):
        save_answer(store, ANN, hospital, place, Saved(MET, "长" * 301))
    assert answers_of(store, hospital, place[0]) == {}
    assert save_answer(store, ANN, hospital, place, Saved(MET, "长" * 300)).note == "长" * 300


def test_another_hospital_sees_and_changes_nothing(store: Store) -> None:
    hospital = write_hospital(store)
    looked_at(store, hospital)
    form_id = first_form(store, hospital)
    other = create_hospital(store, ACTOR, "别院")
    assert form(store, Scope(other, 0, 999912), form_id) is None
    with pytest.raises(DataError, match="E_INSPECTION_GONE"):
        save_answer(store, ANN, other, (form_id, "CS01"), Saved(MET))


def test_a_scope_of_one_department_reads_no_other(store: Store) -> None:
    hospital = write_hospital(store)
    sampled(store, hospital)
    rows = forms(store, Scope(hospital, JANUARY, JANUARY, ("B",)))
    assert set(rows["department"]) == {"B"}
    told = rounds(store, Scope(hospital, JANUARY, JANUARY, ("B",))).iloc[0]
    assert told["forms"] == len(rows)
