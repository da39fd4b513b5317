"""A table fitted to its margins; running totals that never drift."""

from __future__ import annotations

import numpy as np
import pytest

from core.demo.rounding import fit_margins, whole_by_running_total


def test_a_fitted_table_has_the_sums_asked_for_and_keeps_its_zeros() -> None:
    table = fit_margins(
        np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([3.0, 1.0]), np.array([2.0, 2.0])
    )
    assert table.sum(axis=1) == pytest.approx([3, 1])
    assert table.sum(axis=0) == pytest.approx([2, 2])
    assert table[1, 1] == 0


def test_rounded_running_totals_never_drift() -> None:
    assert whole_by_running_total(np.array([0.4, 0.4, 0.4, 0.4, 0.4])).sum() == 2
