"""The growth curves as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.growth.step import Step

NAMES = {"exact": "exact (16 bits from 10⁵)", "hnsw": "HNSW", "milvus": "Milvus Lite"}
PANELS = (
    ("p99", "p99 of one search, ms", "log"),
    ("recall", "recall@3 against exact", "linear"),
    ("bytes_each", "bytes a passage on disk", "linear"),
    ("build_seconds", "build, s", "log"),
)
AIMS = {"p99": 20.0, "recall": 0.95}


def draw(steps: Sequence[Step], path: Path) -> None:
    """Write a PNG with one panel a measure; the aims at 10^6 are dashed."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(2, 2, figsize=(10, 7), layout="constrained")
    for panel, (field, label, scale) in zip(panels.flat, PANELS, strict=True):
        for store, name in NAMES.items():
            own = sorted((s for s in steps if s.store == store), key=lambda step: step.count)
            if own:
                values = [getattr(step, field) for step in own]
                panel.plot([step.count for step in own], values, marker="o", label=name)
        if field in AIMS:
            panel.axhline(AIMS[field], color="grey", linestyle="--", linewidth=1)
        panel.set_xscale("log")
        panel.set_yscale(scale)
        panel.set_ylim(bottom=0 if scale == "linear" and field != "recall" else None)
        panel.set_xlabel("passages")
        panel.set_title(label, loc="left", fontsize=10)
        panel.grid(alpha=0.3)
    panels.flat[0].legend(frameon=False)
    figure.savefig(path, dpi=110, metadata={"Software": ""})
    plt.close(figure)
