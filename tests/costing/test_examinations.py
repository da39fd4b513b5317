"""Unit costs of examinations: every way shares the same pool."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from core.costing.examinations import WAYS, examination_costs

ROWS = pd.DataFrame(
    [("ct", 10.0, 8.0, 3_000.0, 200.0), ("mr", 5.0, 24.0, 3_000.0, 600.0)],
    columns=pd.Index(["kind", "volume", "minutes", "income", "own"]),
)


def test_unit_costs_times_volumes_are_the_pool_again() -> None:
    found = examination_costs(4_800.0, ROWS).set_index("kind")
    for way in WAYS:
        assert (found[way] * found["volume"]).sum() == pytest.approx(4_800.0)


def test_each_way_weighs_as_its_name_says() -> None:
    found = examination_costs(4_800.0, ROWS).set_index("kind")
    assert found["income"].to_dict() == {"ct": 240.0, "mr": 480.0}
    assert found["minutes"].to_dict() == {"ct": 192.0, "mr": 576.0}
    assert found["count"].to_dict() == {"ct": 320.0, "mr": 320.0}
    # 4,000 is shared by 200 minutes: 20 a minute; ct 20 + 160, mr 120 + 480
    assert found["equivalent"].to_dict() == pytest.approx({"ct": 180.0, "mr": 600.0})
    assert (found["low"].to_dict()["ct"], found["high"].to_dict()["ct"]) == (180.0, 320.0)


def test_a_way_that_lacks_a_weight_is_missing_for_all() -> None:
    rows = ROWS.assign(minutes=[8.0, math.nan])
    found = examination_costs(4_800.0, rows).set_index("kind")
    assert found[["minutes", "equivalent"]].isna().all().all()
    assert found["income"].notna().all()


def test_what_was_not_done_has_no_cost() -> None:
    rows = ROWS.assign(volume=[10.0, 0.0])
    assert examination_costs(100.0, rows)["kind"].tolist() == ["ct"]
