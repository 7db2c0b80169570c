"""How time and memory grow with the number of frames: a log-log figure, and the same in rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

_PANELS = (("cpu_s", "CPU seconds"), ("peak_gb", "Peak memory, GiB"))
_MARKS = "os^vDPX*<>"
_NAMED = {"step", "frames", "numbers", "seconds", "cpu_s", "peak_gb"}

Line = dict[str, Any]


def draw(figures: Path) -> None:
    """Write growth.png and growth.md beside `figures`, of the last line of each measurement."""
    every = [json.loads(line) for line in figures.read_text().splitlines()]
    last = {(one["step"], one["numbers"], one["frames"]): one for one in every}
    lines = [last[key] for key in sorted(last)]
    _figure(lines, figures.with_name("growth.png"))
    figures.with_name("growth.md").write_text(_table(lines))


def _figure(lines: list[Line], path: Path) -> None:
    figure, panels = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
    kinds = sorted({(one["step"], one["numbers"]) for one in lines})
    for panel, (measure, title) in zip(panels, _PANELS, strict=True):
        for place, kind in enumerate(kinds):
            of = [one for one in lines if (one["step"], one["numbers"]) == kind]
            label = kind[0] + (f", {kind[1]} numbers" if kind[1] else "")
            panel.plot(
                [one["frames"] for one in of],
                [one[measure] for one in of],
                marker=_MARKS[place % len(_MARKS)],
                color=plt.get_cmap("tab20")(place % 20),
                label=label,
            )
        panel.set(xscale="log", yscale="log", xlabel="frames", title=title)
        panel.grid(alpha=0.3)
    panels[1].axhline(12, color="grey", linestyle=":")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center", fontsize=8)
    figure.savefig(path, dpi=110)


def _table(lines: list[Line]) -> str:
    said = [
        "| step | numbers | frames | s | CPU s | peak GiB | beside |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in lines:
        beside = ", ".join(f"{name} {one[name]}" for name in one if name not in _NAMED)
        said.append(
            f"| {one['step']} | {one['numbers'] or ''} | {one['frames']:,} | {one['seconds']} | "
            f"{one['cpu_s']} | {one['peak_gb']} | {beside} |"
        )
    return "\n".join(said) + "\n"
