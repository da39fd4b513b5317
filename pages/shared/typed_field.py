"""A number that can be typed: declared once for its widget, the address and a saved what-if."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Field:
    """Its parameter in the address, bounds, step, and how many decimals it has."""

    parameter: str
    low: float
    high: float
    step: float
    decimals: int

    def read(self, text: str) -> float | int | None:
        """A number within its bounds; None for anything else."""
        try:
            value = float(text)
        except ValueError:
            return None
        if not self.low <= value <= self.high:
            return None
        return value if self.decimals else round(value)

    def write(self, value: float) -> str:
        return f"{value:.{self.decimals}f}"

    def draw(self, label: str, key: str, hint: str = "") -> None:
        """The widget; its value stands in the session's state under the key."""
        whole = not self.decimals
        bounds = (self.low, self.high, self.step)
        low, high, step = (int(one) if whole else float(one) for one in bounds)
        st.number_input(
            label,
            min_value=low,
            max_value=high,
            step=step,
            format="%d" if whole else f"%.{self.decimals}f",
            key=key,
            help=hint or None,
        )
