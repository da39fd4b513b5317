"""Tables of what the hospital works with, by contract, in loading order."""

from __future__ import annotations

import pandas as pd

from core.demo.budget import budget_frame
from core.demo.drawn import Drawn, Maker
from core.demo.energy import energy_frame
from core.demo.machines import machine_frame, machine_parameters, machine_use_frame
from core.demo.materials import material_frame
from core.demo.quality import quality_frame
from core.demo.reported import reported_frame
from core.demo.services import service_frame


def _machine(drawn: Drawn) -> pd.DataFrame:
    return machine_frame(machine_parameters(), drawn.reported[-1])


def _machine_use(drawn: Drawn) -> pd.DataFrame:
    income = drawn.tables["income"]
    return machine_use_frame(machine_parameters(), drawn.days, income, drawn.stream("machine_use"))


MAKERS: dict[str, Maker] = {
    "machine": _machine,
    "machine_use": _machine_use,
    "service": service_frame,
    "quality": quality_frame,
    "material": material_frame,
    "energy": energy_frame,
    "budget": budget_frame,
    "reported": reported_frame,
}
