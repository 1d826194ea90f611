"""Figures with their targets, printed and stored with the machine they were measured on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured ratio.

    Attributes:
        name: What was compared with what.
        value: The ratio, or a number with its unit.
        unit: ``×`` for a ratio.
        target: What is asked for, or empty where nothing is.
        holds: Whether it is met; None where nothing is asked for, or this scale cannot tell.
        note: The absolute figures behind it.
    """

    name: str
    value: float
    unit: str = "×"
    target: str = ""
    holds: bool | None = None
    note: str = ""


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = ["| what | figure | target | met | behind it |", "|---|---|---|---|---|"]
    met = {True: "yes", False: "**no**", None: "–"}
    rows += [
        f"| {figure.name} | {figure.value:.3g} {figure.unit} | {figure.target or '–'} | {met[figure.holds]} "
        f"| {figure.note} |"
        for figure in figures
    ]
    return "\n".join(rows)


def store(*, name: str, machine: Mapping[str, Any], scale: Mapping[str, Any], figures: Sequence[Figure]) -> str:
    """Write the run as JSON and Markdown into ``bench/results`` and return the Markdown.

    Args:
        name: Of the files, without an ending.
        machine: What it was measured on.
        scale: How much was measured.
        figures: What was found.
    """
    RESULTS.mkdir(exist_ok=True)
    body = {"machine": machine, "scale": scale, "figures": [asdict(figure) for figure in figures]}
    (RESULTS / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = f"# {name}\n\nMachine: {_listed(machine)}.\n\nScale: {_listed(scale)}.\n\n{table(figures)}\n"
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    return text


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in values.items())
