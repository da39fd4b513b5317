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
def other_seed() -> DemoHospital:
    return generate(202602, seed=7)


@pytest.fixture(scope="session", params=["demo", "other_seed"])
def hospital(request: pytest.FixtureRequest) -> DemoHospital:
    """The demo hospital, and one of another month and seed: identities hold in any."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def given() -> Parameters:
    return parameters()


@pytest.fixture(scope="session")
def last_year_work(demo: DemoHospital) -> Any:
    """Workload of the most recent twelve months."""
    return demo.workload[demo.workload["month"] >= 202511]


@pytest.fixture(scope="session")
def last_year_cases(demo: DemoHospital) -> Any:
    """Cases discharged in the most recent twelve months."""
    cases = demo.tables["case"]
    return cases[cases["discharge_month"].fillna(0) >= 202511]
