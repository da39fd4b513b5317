"""Environment -> Settings."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What the environment decides, each under JINGGUAN_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="JINGGUAN_", frozen=True)

    database_url: str = f"sqlite:///{(ROOT / 'data' / 'local' / 'jingguan.db').as_posix()}"
    """Where the store is: SQLite by default, PostgreSQL by URL."""

    data_folder: Path = ROOT / "data"
    """Definitions that a hospital edits: catalogue, intake tables, words."""

    hash_key: str = ""
    """Key of the hashes of patients' numbers; a file hash.key beside the store without it."""

    postgres_partitions: Literal["", "month"] = ""
    """month: at the first start on PostgreSQL the largest tables are divided by month."""

    as_of: str = ""
    """Today, YYYY-MM-DD, for courses and tests that must not depend on the calendar."""
