"""Goals as values: what a goal says, the plan it belongs to, its milestones and links.

quality.md section 4, plan_rubric.yaml `cascade`; the four sides of a mid- and long-term goal
(规模, 重点, 技术, 管理模式) are those of 《医疗机构精细化管理》 课程 第二讲.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from core.frames import Frame

Level = Literal["hospital", "department", "person"]
Side = Literal["scale", "focus", "technology", "management"]
Direction = Literal["raise", "lower", "within"]
Basis = Literal["value", "points", "percent"]
Aggregation = Literal["own", "sum", "weight", "ratio", "milestone"]
Strength = Literal["strong", "medium", "weak"]
Frequency = Literal["", "month", "quarter", "half", "year"]
LEVELS: tuple[Level, ...] = ("hospital", "department", "person")
SIDES: tuple[Side, ...] = ("scale", "focus", "technology", "management")
DIRECTIONS: tuple[Direction, ...] = ("raise", "lower", "within")
BASES: tuple[Basis, ...] = ("value", "points", "percent")
AGGREGATIONS: tuple[Aggregation, ...] = ("own", "sum", "weight", "ratio", "milestone")
"""How a goal is measured: by its own indicator, or from its sub-goals (added up, weighted by
their attainment, numerators over denominators), or by its milestones."""
STRENGTHS: tuple[Strength, ...] = ("strong", "medium", "weak")
FREQUENCIES: tuple[Frequency, ...] = ("", "month", "quarter", "half", "year")
KINDS = ("target", "case", "assumption", "standard", "")
"""Where a target comes from; '' is the hospital's own."""
MOST_WAN, WAN = 100_000_000.0, 1_000_000
"""The most that a budget may be, in 万元: beyond any hospital's; and 分 in one 万元."""
ROLLED = ("sum", "weight", "ratio")

GOALS = Frame(
    "goals",
    {
        "number": "1, 2, …: of the goal in its plan",
        "parent": "number of its one main parent, 0 none",
        "content": "JSON of a Goal",
        "version": "number",
        "who": "text",
        "at": "UTC",
    },
    key=("number",),
)


@dataclass(frozen=True)
class Milestone:
    """A step on the way: month in which it is due, what it is, its value where it has one."""

    month: int
    text: str
    value: float | None = None
    done: int = 0
    """YYYYMM in which it was reached; 0 is not yet."""


@dataclass(frozen=True)
class Baseline:
    """Where the goal starts: value of the months, and within which limits a month varies."""

    value: float
    first: int
    last: int
    lower: float | None = None
    upper: float | None = None
    points: int = 0
    """Months with a value among first to last."""


@dataclass(frozen=True)
class Goal:
    """What a goal says. Texts as typed; months YYYYMM, 0 not stated; None not stated.

    target: by `basis` a value, or a change against the baseline in the unit's points or in per
    cent of the baseline. high: the upper end of a range (direction `within`), by the same basis.
    budget_fen: 0 or more; None not stated, then `no_budget` may say why none is needed.
    """

    title: str
    level: Level = "hospital"
    side: Side = "management"
    indicator: str = ""
    department: str = ""
    """Whose figures are read; '' is the whole hospital."""
    direction: Direction | Literal[""] = ""
    basis: Basis = "value"
    target: float | None = None
    high: float | None = None
    unit: str = ""
    baseline: Baseline | None = None
    aggregation: Aggregation = "own"
    weight: float | None = None
    """Per cent among the goals under the same parent."""
    owner: str = ""
    helpers: tuple[str, ...] = ()
    start: int = 0
    due: int = 0
    milestones: tuple[Milestone, ...] = ()
    source: str = ""
    """System or file the figures come from."""
    collector: str = ""
    """Who fetches them."""
    frequency: Frequency = ""
    budget_fen: int | None = None
    no_budget: str = ""
    measures: str = ""
    """What is changed so that the goal can be reached."""
    template: str = ""
    kind: str = ""
    """target | case | assumption | standard: of the target value; '' is the hospital's own."""
    basis_source: str = ""
    """Document the target value comes from."""


@dataclass(frozen=True)
class Link:
    """A goal that also helps another one than its main parent."""

    goal: int
    supports: int
    strength: Strength


@dataclass(frozen=True)
class Placed:
    """A goal with its number, main parent (0 none) and version."""

    number: int
    parent: int
    version: int
    goal: Goal


@dataclass(frozen=True)
class Plan:
    """A plan: its name, months, who writes it, what it may spend."""

    id: int
    name: str
    first: int
    last: int
    office: str
    """Department that writes it: its members do not judge it."""
    budget_fen: int | None
    state: Literal["draft", "approved"]
    version: int


@dataclass(frozen=True)
class Tree:
    """The goals of a plan by number, in the order of the tree."""

    goals: Mapping[int, Placed]
    links: tuple[Link, ...] = ()
    children: Mapping[int, tuple[int, ...]] = field(init=False)
    """Numbers under each number; under 0 those without a parent that is there."""

    def __post_init__(self) -> None:
        under: dict[int, list[int]] = {}
        for number, placed in sorted(self.goals.items()):
            parent = placed.parent if placed.parent in self.goals else 0
            under.setdefault(parent, []).append(number)
        object.__setattr__(self, "children", {key: tuple(kids) for key, kids in under.items()})

    def ordered(self) -> tuple[tuple[int, int], ...]:
        """(number, depth) from the top down; what stands in a circle is left out."""
        found: list[tuple[int, int]] = []

        def walk(number: int, depth: int) -> None:
            for child in self.children.get(number, ()):
                found.append((child, depth))
                walk(child, depth + 1)

        walk(0, 0)
        return tuple(found)

    def above(self, number: int) -> tuple[int, ...]:
        """The parent, its parent and so on."""
        found: list[int] = []
        while number in self.goals and self.goals[number].parent not in (0, *found):
            number = self.goals[number].parent
            found.append(number)
        return tuple(found)


def tree_of(placed: Sequence[Placed], links: Sequence[Link] = ()) -> Tree:
    """The tree of these goals; links to goals that are not there are left out."""
    goals = {one.number: one for one in placed}
    return Tree(goals, tuple(one for one in links if {one.goal, one.supports} <= set(goals)))


def rolled_up(goal: Goal, children: int) -> bool:
    """Whether the goal is measured from its sub-goals."""
    return goal.aggregation in ROLLED and children > 0


def goal_value(goal: Goal, given: float | None) -> float | None:
    """A target as a value of the unit; None where it or the baseline it needs is missing."""
    if given is None or goal.basis == "value":
        return given
    if goal.baseline is None:
        return None
    base = goal.baseline.value
    return base + given if goal.basis == "points" else base * (1 + given / 100)


def goal_bounds(goal: Goal) -> tuple[float | None, float | None]:
    """What is good at the end: lower and upper bound, None where there is none."""
    low, high = goal_value(goal, goal.target), goal_value(goal, goal.high)
    if goal.direction == "lower":
        return None, low
    return low, high if goal.direction == "within" else None


def to_content(goal: Goal) -> dict[str, Any]:
    """The goal as plain data for JSON: only what is stated."""
    empty = asdict(Goal(""))
    told = asdict(goal)
    return {name: value for name, value in told.items() if name == "title" or value != empty[name]}


def from_content(content: Mapping[str, Any]) -> Goal:
    """The goal that `to_content` told; names it does not know are ignored."""
    known = {one.name for one in fields(Goal)}
    given = {name: value for name, value in content.items() if name in known}
    if given.get("baseline"):
        given["baseline"] = Baseline(**given["baseline"])
    given["milestones"] = tuple(Milestone(**one) for one in given.get("milestones", ()))
    given["helpers"] = tuple(given.get("helpers", ()))
    return Goal(**given)
