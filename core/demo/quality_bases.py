"""What quality items are counted from: each department's own work, staff and income by month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.demo.drawn import Drawn

FEN = 100
WORKLOAD = {
    "discharges": ("discharges",),
    "inpatients": ("discharges", "in_bed_end"),
    "in_bed": ("in_bed_end",),
    "bed_days": ("bed_days_used",),
    "discharged_bed_days": ("discharged_bed_days",),
    "outpatient": ("outpatient_visits",),
    "emergency": ("emergency_visits",),
    "visits": ("outpatient_visits", "emergency_visits"),
    "surgeries": ("surgeries",),
    "level4": ("level4_surgeries",),
}
STAFF = {
    "staff": ("HC",),
    "physicians": ("PHYS",),
    "nurses": ("NURSE",),
    "health_staff": ("PHYS", "NURSE", "TECH", "PHARM"),
}
CASES = {
    "surgical_deaths": ("outcome", ["died"]),
    "pathway_cases": ("pathway", ["entered", "varied", "completed"]),
}
"""Names of what the case table holds: its column, and the values counted."""
CATEGORY_INCOME = {"drug_income": "drug", "material_income": "material"}
UNIT_INCOME = {"outpatient_income": "outpatient", "inpatient_income": "inpatient"}


class Bases:
    """Work, staff, income, cases, examinations: arrays [month, department] over all departments."""

    def __init__(self, drawn: Drawn) -> None:
        self.months = np.array(drawn.reported)
        self.codes = np.array([department.code for department in drawn.given.departments])
        self.categories = np.array([department.category for department in drawn.given.departments])
        self._drawn = drawn
        self._known: dict[str, np.ndarray] = {}
        self.staff = self.of("staff")

    def of(self, name: str) -> np.ndarray:
        """What is counted under `name`; KeyError where there is no such thing."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def place(self, code: str) -> int:
        """The column of a department."""
        return int(np.flatnonzero(self.codes == code)[0])

    def trend(self, pct: float) -> np.ndarray:
        """Level of each month [month]; 1 in the middle of the most recent twelve."""
        years = (np.arange(len(self.months)) - (len(self.months) - 6.5)) / 12
        return (1 + pct / 100) ** years

    def since(self, offset: int) -> np.ndarray:
        """Whether each month lies no more than `offset` months before the last."""
        return np.arange(len(self.months)) >= len(self.months) - 1 - offset

    def in_months(self, chosen: list[int]) -> np.ndarray:
        """Whether each month is one of the calendar months chosen; none chosen means all."""
        return np.isin(self.months % 100, chosen) if chosen else np.ones(len(self.months), bool)

    def by_department(self, usual: float, own: dict[str, float]) -> np.ndarray:
        """[month, department]: the usual figure, or a department's own."""
        row = np.array([own.get(code, usual) for code in self.codes])
        return np.tile(row, (len(self.months), 1))

    def members(self, categories: list[str], only: list[str], keeper: str) -> np.ndarray:
        """[department]: who reports an item."""
        if keeper:
            return self.codes == keeper
        members = np.isin(self.categories, categories)
        return members & np.isin(self.codes, only) if only else members

    def shares(self, category_pct: dict[str, float], size: np.ndarray) -> np.ndarray:
        """[department]: each category's percentage, by size within it."""
        found = np.zeros(len(self.codes))
        for category, pct in category_pct.items():
            members = self.categories == category
            found[members] = pct / 100 * size[members] / size[members].sum()
        return found

    def _read(self, name: str) -> np.ndarray:
        if name in WORKLOAD:
            return self._workload(WORKLOAD[name])
        if name in STAFF:
            rows = self._drawn.tables["driver"]
            return self._table(rows[rows["driver_code"].isin(STAFF[name])], "dept_code", "value")
        if name == "examinations":
            machine = self._drawn.tables["machine"].set_index("machine_code")["dept_code"]
            rows = self._drawn.tables["machine_use"]
            rows = rows.assign(dept_code=rows["machine_code"].map(machine))
            return self._table(rows, "dept_code", "examinations")
        if name in CASES:
            return self._cases(name)
        income = self._drawn.tables["income"]
        column = "category" if name in CATEGORY_INCOME else "unit"
        chosen = (CATEGORY_INCOME | UNIT_INCOME)[name]
        fen = self._table(income[income[column] == chosen], "ordering_code", "amount")
        return np.rint(fen / FEN)

    def _workload(self, columns: tuple[str, ...]) -> np.ndarray:
        """Work of clinical departments, the month one of them did not report included."""
        work, found = self._drawn.work, np.zeros((len(self.months), len(self.codes)))
        clinical = [self.place(department.code) for department in work.departments]
        for column in columns:
            found[:, clinical] += work.filled(column)[self._drawn.kept]
        return found

    def _cases(self, name: str) -> np.ndarray:
        """Inpatient cases of a sort, by the month and department of discharge."""
        rows = self._drawn.tables["case"]
        column, values = CASES[name]
        chosen = rows[column].isin(values)
        if name == "surgical_deaths":
            chosen &= rows["surgery_level"].fillna(0) > 0
        kept = rows.loc[chosen & rows["discharge_month"].notna()].assign(one=1)
        return self._table(kept, "dept_code", "one", "discharge_month")

    def _table(self, rows: pd.DataFrame, by: str, value: str, month: str = "month") -> np.ndarray:
        table = rows.pivot_table(index=month, columns=by, values=value, aggfunc="sum")
        return table.reindex(index=self.months, columns=self.codes).fillna(0).to_numpy(float)
