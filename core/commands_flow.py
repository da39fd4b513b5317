"""forecast and backtest: how many will come, from a file of counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import DataError
from core.terminal import worded

if TYPE_CHECKING:
    import pandas as pd

    from core.flow.forecast import Settings
    from core.flow.rhythm import Freq as Freq_

File = Annotated[Path, typer.Argument(metavar="FILE.csv")]
Time = Annotated[str, typer.Option("--time", help="Column of the date or moment.")]
Value = Annotated[
    str, typer.Option("--value", help="Column of the count; without it rows are counted.")
]
Series = Annotated[
    str, typer.Option("--series", help="Column that tells series apart; without it, rows add up.")
]
Freq = Annotated[str, typer.Option("--freq", help="D day, W week, M month, h hour.")]
Horizon = Annotated[int, typer.Option("--horizon", help="How many periods ahead.")]
Levels = Annotated[str, typer.Option("--levels", help="Intervals in %, comma between.")]
Country = Annotated[
    str, typer.Option("--country", help="Public holidays of CN, GB, US or TW; none unless given.")
]
OwnDays = Annotated[
    Path | None,
    typer.Option(
        "--calendar",
        help="Own days (csv: date, kind workday|weekend|holiday|makeup, name) over the country's.",
    ),
]
AsOf = Annotated[
    str,
    typer.Option(
        "--as-of",
        help="Last day or moment that is known; rows after it are not read. A last week or month"
        " that it cuts short is dropped.",
    ),
]
Total = Annotated[str, typer.Option("--total", help="Name of a last series: all of them together.")]
Origins = Annotated[int, typer.Option("--origins", help="How many past origins.")]
Step = Annotated[int, typer.Option("--step", help="Periods between origins.")]
Summary = Annotated[
    Path | None, typer.Option("--summary", help="Where the summary goes (JSON): a file.")
]


def forecast(
    file: File,
    *,
    time: Time,
    value: Value = "",
    series: Series = "",
    freq: Freq = "D",
    horizon: Horizon,
    levels: Levels = "80,95",
    country: Country = "",
    own_days: OwnDays = None,
    as_of: AsOf = "",
    total: Total = "",
) -> None:
    """Forecast counts: csv of series, time, mean, median, bounds by level, model.

    Absent rows and empty cells are missing, never 0; rows of one period are added up.
    """
    with worded():
        from core.flow.forecast import forecast as forecast_of

        panel = _panel(file, (time, value, series), country)
        asked = _settings(levels, country, own_days, as_of)
        made = forecast_of(
            panel,
            horizon,
            _freq(freq),
            asked.levels,
            calendar=asked.calendar,
            as_of=asked.as_of,
            groups={total: ()} if total else None,
        )
        _print(made, freq)


def backtest(
    file: File,
    *,
    time: Time,
    value: Value = "",
    series: Series = "",
    freq: Freq = "D",
    horizon: Horizon,
    levels: Levels = "80,95",
    country: Country = "",
    own_days: OwnDays = None,
    as_of: AsOf = "",
    origins: Origins = 10,
    step: Step = 1,
    summary: Summary = None,
) -> None:
    """Forecasts made at past origins: csv as of forecast, with actual, origin, scale and naive.

    The last origin lies `horizon` periods before the end of the file. A summary (MASE, WAPE, bias,
    coverage, Poisson floor, ratio to "same as last time"; pooled and by series) goes to standard
    error as one line of JSON, or to the file that --summary names.
    """
    with worded():
        from core.flow.backtest import Plan
        from core.flow.backtest import backtest as backtest_of
        from core.flow.backtest import summary as summary_of

        panel = _panel(file, (time, value, series), country)
        asked = _settings(levels, country, own_days, as_of)
        rows = backtest_of(panel, horizon, _freq(freq), Plan(origins, step), asked)
        told = json.dumps(summary_of(rows, asked.levels), ensure_ascii=False)
        _print(rows, freq)
        if summary is None:
            typer.echo(told, err=True)
            return
        try:
            summary.write_text(told + "\n", "utf-8")
        except OSError:
            raise DataError("E_FILE_WRITE", file=summary.name) from None


def _panel(file: Path, columns: tuple[str, str, str], country: str) -> pd.DataFrame:
    from core.flow.files import Columns, read_panel

    return read_panel(file, Columns(*columns), country.upper())


def _freq(text: str) -> Freq_:
    known: dict[str, Freq_] = {"d": "D", "w": "W", "m": "M", "ms": "M", "h": "h"}
    found = known.get(text.lower())
    if found is None:
        raise DataError("E_FLOW_FREQ", freq=text, known="D, W, M, h")
    return found


def _settings(levels: str, country: str, own_days: Path | None, as_of: str) -> Settings:
    from core.flow.calendar import Calendar
    from core.flow.files import read_calendar
    from core.flow.forecast import Settings

    own = read_calendar(own_days) if own_days else None
    return Settings(_levels(levels), Calendar(country.upper(), own), as_of=_moment(as_of))


def _levels(text: str) -> tuple[int, ...]:
    try:
        found = tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise DataError("E_FLOW_LEVEL", levels=text) from None
    return tuple(dict.fromkeys(found))


def _moment(text: str) -> pd.Timestamp | None:
    """A day means its last second."""
    if not text:
        return None
    import pandas as pd

    from core.flow.files import moments

    try:
        found = pd.Timestamp(moments(pd.Series([text]), "--as-of")[0])
    except DataError:
        raise DataError("E_FLOW_AS_OF", value=text) from None
    if ":" in text:
        return found
    return found + pd.Timedelta(days=1) - pd.Timedelta(seconds=1)


def _print(rows: pd.DataFrame, freq: str) -> None:
    form = "%Y-%m-%d %H:%M:%S" if freq.lower() == "h" else "%Y-%m-%d"
    written = rows.copy()
    for column in ("time", "origin"):
        if column in written:
            written[column] = written[column].dt.strftime(form)
    typer.echo(written.to_csv(index=False, float_format="%.6g", lineterminator="\n"), nl=False)


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the app."""
    app.command(name="forecast")(forecast)
    app.command(name="backtest")(backtest)
