"""Records of a month: shared out by discharges, drawn so that anyone draws the same."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.control.inspections.drawing import POPULATION, Wanted, digest, drawn, shares
from core.errors import DataError


def people(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """So many records of a kind in a department."""
    lines = [
        (kind, code, f"{code}-{kind}-{n:03d}", 20261001, float("nan"), "")
        for kind, code, count in rows
        for n in range(count)
    ]
    return pd.DataFrame(lines, columns=pd.Index(list(POPULATION.columns)))


def test_shares_follow_discharges_and_nobody_is_left_out() -> None:
    assert shares({"A": 90, "B": 9, "C": 1}, {"A": 90, "B": 9, "C": 9}, 10) == {
        "A": 8,
        "B": 1,
        "C": 1,
    }


def test_what_a_department_cannot_give_is_shared_out_among_the_others() -> None:
    assert shares({"A": 90, "B": 9, "C": 1}, {"A": 2, "B": 50, "C": 5}, 10) == {
        "A": 2,
        "B": 7,
        "C": 1,
    }


def test_a_day_ward_without_patients_in_bed_has_no_running_record() -> None:
    assert shares({"A": 5, "day": 100}, {"A": 20, "day": 0}, 10) == {"A": 10}


def test_one_a_department_raises_the_plan() -> None:
    found = shares(dict.fromkeys("ABCD", 10), dict.fromkeys("ABCD", 10), 3)
    assert found == dict.fromkeys("ABCD", 1)


def test_a_small_hospital_has_all_its_records_looked_at() -> None:
    assert shares({"A": 3, "B": 1}, {"A": 3, "B": 1}, 30) == {"A": 3, "B": 1}


@settings(max_examples=25, deadline=None)
@given(
    some.lists(some.tuples(some.integers(0, 300), some.integers(0, 60)), min_size=1, max_size=12),
    some.integers(0, 80),
)
def test_shares_add_up_and_stay_within_what_is_there(
    rows: list[tuple[int, int]], total: int
) -> None:
    discharges = {str(n): left for n, (left, _) in enumerate(rows)}
    there = {str(n): count for n, (_, count) in enumerate(rows)}
    found = shares(discharges, there, total)
    open_ = [code for code, count in there.items() if count]
    assert sum(found.values()) == min(max(total, len(open_)), sum(there.values()))
    assert all(1 <= found[code] <= there[code] for code in open_)


def test_the_same_seed_draws_the_same_in_whatever_order_rows_come() -> None:
    rows = people(("archived", "A", 40), ("archived", "B", 12), ("running", "A", 9))
    first = drawn(rows, Wanted("7", running=3, archived=10))
    again = drawn(rows.iloc[::-1], Wanted("7", running=3, archived=10))
    pd.testing.assert_frame_equal(first, again)
    assert first["kind"].tolist() == ["running"] * 3 + ["archived"] * 10
    assert first["place"].tolist() == list(range(1, 14))


def test_another_seed_draws_others() -> None:
    rows = people(("archived", "A", 400))
    one, two = (set(drawn(rows, Wanted(seed, 0, 20))["record"]) for seed in ("spring", "autumn"))
    assert one != two


def test_a_draw_needs_a_seed_a_count_and_a_record() -> None:
    with pytest.raises(DataError, match="E_SAMPLE_SEED"):
        Wanted("  ")
    with pytest.raises(DataError, match="E_SAMPLE_COUNT"):
        Wanted("7", 0, 0)
    with pytest.raises(DataError, match="E_SAMPLE_NONE"):
        drawn(people(), Wanted("7"))


def test_the_digest_tells_whether_the_cases_are_the_same() -> None:
    rows = people(("archived", "A", 4))
    assert digest(rows) == digest(rows.iloc[::-1])
    assert digest(rows)["archived"]["cases"] == 4
    assert digest(rows.iloc[1:]) != digest(rows)
