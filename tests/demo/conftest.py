from __future__ import annotations

from typing import Any

import pytest

from core.demo.hospital import DemoHospital, generate
from core.demo.parameters import Parameters, parameters

LAST_MONTH = 202610


@pytest.fixture(scope="session")
def demo() -> DemoHospital:
    return generate(LAST_MONTH)


@pytest.fixture(scope="session")
def given() -> Parameters:
    return parameters()


@pytest.fixture(scope="session")
def last_year_work(demo: DemoHospital) -> Any:
    """Workload of the most recent twelve months."""
    return demo.workload[demo.workload["month"] >= 202511]
