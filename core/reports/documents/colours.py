"""Colours on paper: those of the light ground in the look of the house."""

from core.reports.documents.blocks import Tone

INK, MUTED, GRID, PRIMARY = "#1C2730", "#5A6772", "#D5DCE0", "#0B6470"
TONES: dict[Tone, str] = {
    "": INK,
    "good": "#1F6FB2",
    "watch": "#A35F00",
    "bad": "#B3261E",
    "none": "#6B7680",
    "muted": MUTED,
}
