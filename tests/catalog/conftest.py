"""The real catalogue, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog.load import load_catalog
from core.catalog.model import Catalog

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(ROOT / "data" / "catalog")
