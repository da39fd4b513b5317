"""plan: what the ten checks say of a plan's goals, and which scores they cap."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from core.access.records import staff
from core.catalog.load import load_catalog
from core.hospital.records import hospital_of
from core.months import month_of, utc_now
from core.planning.goals.checks import CHECKS, Around, check_plan, missing
from core.planning.goals.records import plan_of, plans, tree
from core.planning.rubric import load_rubric
from core.reports.plans.phrases import reason_words
from core.settings import Settings
from core.store.engine import Store
from core.store.opening import open_store
from core.terminal import Db, Format, print_json, print_rows, worded
from core.words import pick, t

plan = typer.Typer(no_args_is_help=True, help="Plans and their goals.")
Number = Annotated[int, typer.Option("--plan", help="Its number; see plan list.")]


@plan.command(name="list")
def list_(*, form: Format = "json", db: Db = "") -> None:
    """List the plans: number, name, months, state, how many goals."""
    with worded():
        store = open_store(db or Settings().database_url)
        hospital = hospital_of(store)
        rows = [
            {
                "plan": one.id,
                "name": one.name,
                "from": one.first,
                "to": one.last,
                "state": one.state,
                "goals": len(tree(store, (hospital, one.id)).goals),
            }
            for one in plans(store, hospital)
        ]
    print_rows(rows, form)


@plan.command()
def check(*, number: Number, form: Format = "json", db: Db = "") -> None:
    """Check every goal (A1-A10): pass, doubt or missing; json adds the caps and the best score."""
    with worded():
        told = _checked(open_store(db or Settings().database_url), number)
    if form == "json":
        print_json(told)
    else:
        print_rows(told["checks"], form)


def _checked(store: Store, number: int) -> dict[str, Any]:
    hospital, folder = hospital_of(store), Settings().data_folder
    found_plan = plan_of(store, hospital, number)
    goals = tree(store, (hospital, number))
    people = frozenset(staff(store, hospital)["name"])
    as_of = Settings().as_of
    now = int(as_of[:4]) * 100 + int(as_of[5:7]) if as_of else month_of(utc_now())
    found = check_plan(found_plan, goals, Around(load_catalog(folder / "catalog"), people, now))
    gone, rubric = missing(found), load_rubric(folder / "planning")
    return {
        "plan": number,
        "name": found_plan.name,
        "goals": len(goals.goals),
        "passed": {one: sum(f.check == one and f.state == "pass" for f in found) for one in CHECKS},
        "caps": [
            {
                "item": item,
                "name": pick(rubric.items[item].name.zh, rubric.items[item].name.en),
                "most": most,
                "checks": list(because),
                "goals": sorted({goal for check in because for goal in gone[check]}),
            }
            for item, (most, because) in rubric.caps(gone).items()
        ],
        "best_score": round(rubric.ceiling(gone), 6),
        "checks": [
            {
                "goal": one.number,
                "title": goals.goals[one.number].goal.title,
                "check": one.check,
                "name": t(f"plan.check.{one.check}"),
                "state": one.state,
                "reason": one.reason,
                "why": reason_words(one),
            }
            for one in found
        ],
    }


def add_to(app: typer.Typer) -> None:
    """Make these commands part of the command line."""
    app.add_typer(plan, name="plan")
