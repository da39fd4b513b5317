"""forecast and backtest: csv in, csv out; nothing else on standard output."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from core.__main__ import app

ASKED = ["--time", "日期", "--value", "人次", "--series", "科室", "--freq", "D", "--horizon", "7"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    times = pd.date_range("2024-01-01", periods=90)
    rng = np.random.default_rng(1)
    rows = [
        pd.DataFrame(
            {"日期": times.strftime("%Y/%m/%d"), "科室": name, "人次": rng.poisson(40, 90)}
        )
        for name in ("NA", "007")
    ]
    path = tmp_path / "counts.csv"
    pd.concat(rows).to_csv(path, index=False)
    return path


def run(command: str, file: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [command, str(file), *ASKED, *words])


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype={"series": str}, keep_default_na=False)


def test_a_forecast_is_a_csv(file: Path) -> None:
    found = table(run("forecast", file, "--country", "CN").stdout)
    names = "series,time,mean,median,lower_80,upper_80,lower_95,upper_95,model"
    assert ",".join(found.columns) == names


def test_names_of_series_are_untouched(file: Path) -> None:
    assert set(table(run("forecast", file).stdout)["series"]) == {"NA", "007"}


def test_levels_are_those_asked_for(file: Path) -> None:
    found = table(run("forecast", file, "--levels", "50").stdout)
    assert [name for name in map(str, found) if "_" in name] == ["lower_50", "upper_50"]


def test_what_comes_after_the_as_of_day_is_not_read(file: Path) -> None:
    told = run("forecast", file, "--as-of", "2024-03-10").stdout
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    rows.loc[rows["日期"] > "2024/03/10", "人次"] = "99999"
    rows.to_csv(file, index=False)
    assert run("forecast", file, "--as-of", "2024-03-10").stdout == told


def test_the_total_comes_last(file: Path) -> None:
    assert table(run("forecast", file, "--total", "全院").stdout)["series"].iloc[-1] == "全院"


def test_own_days_are_read(file: Path, tmp_path: Path) -> None:
    days = tmp_path / "days.csv"
    days.write_text("date,kind,name\n2024-04-02,holiday,停诊\n", "utf-8")
    assert run("forecast", file, "--calendar", str(days)).exit_code == 0


def test_a_back_test_has_what_came(file: Path) -> None:
    found = table(run("backtest", file, "--origins", "2", "--step", "7").stdout)
    assert list(found.columns[-4:]) == ["actual", "origin", "scale", "naive"]


def test_the_summary_goes_to_standard_error(file: Path) -> None:
    told = json.loads(run("backtest", file, "--origins", "1").stderr)
    assert set(told["series"]) == {"NA", "007"}


def test_the_summary_goes_to_a_file(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "summary.json"
    run("backtest", file, "--origins", "1", "--summary", str(out))
    assert json.loads(out.read_text("utf-8"))["origins"] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--freq", "Q"], "E_FLOW_FREQ"),
        (["--levels", "high"], "E_FLOW_LEVEL"),
        (["--country", "XX"], "E_FLOW_COUNTRY"),
        (["--as-of", "soon"], "E_FLOW_AS_OF"),
        (["--horizon", "0"], "E_FLOW_HORIZON"),
        (["--value", "人数"], "E_FLOW_COLUMN"),
    ],
)
def test_a_wrong_question_is_refused(file: Path, words: list[str], code: str) -> None:
    told = run("forecast", file, *words)
    assert (told.exit_code, told.stderr.partition(":")[0]) == (2, code)
