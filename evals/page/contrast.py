"""The contrast of every pair of our colours, read from the tokens that the page is served with."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chatbot.web.templating import STATIC

THEMES = (":root", 'html[data-contrast="high"]')
TEXT = (  # text on ground
    *(("ink", ground) for ground in ("paper", "sheet", "accent-wash", "urgent-wash")),
    *(("ink-soft", ground) for ground in ("paper", "sheet", "accent-wash")),
    *(("accent", ground) for ground in ("paper", "sheet", "accent-wash")),
    *(("on-accent", ground) for ground in ("accent", "accent-deep")),
    ("mark-ink", "mark"),
    *(("urgent", ground) for ground in ("paper", "sheet", "urgent-wash")),
    ("on-urgent", "urgent"),
)
PARTS = (("edge", "paper"), ("edge", "sheet"), ("mark-line", "mark"), ("focus-in", "focus-out"))
RING_ON = ("paper", "sheet", "accent", "urgent", "mark")  # the better of its two tones counts
LEAST_TEXT, LEAST_PART = 7.0, 3.0
Colours = Mapping[str, str]


def tokens() -> tuple[Colours, Colours]:
    """Return the colours by name: standard, and high contrast."""
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "tokens.css").read_text(encoding="utf-8"), flags=re.S)
    standard, high = (
        dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))
        for block in (_block(css, theme) for theme in THEMES)
    )
    return standard, {**standard, **high}


def _block(css: str, selector: str) -> str:
    found = re.search(re.escape(selector) + r"\s*\{(.*?)\}", css, re.S)
    if found is None:
        raise ValueError(f"tokens.css has no block {selector}.")
    return found[1]


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` as WCAG defines it, 0 to 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pairs() -> list[tuple[str, float, float, float]]:
    """Return each pair: its name, the contrast in both themes, and what it needs."""
    themes = tokens()
    found = []
    for named, least in ((TEXT, LEAST_TEXT), (PARTS, LEAST_PART)):
        for top, ground in named:
            standard, high = (ratio(theme[top], theme[ground]) for theme in themes)
            found.append((f"{top} on {ground}", standard, high, least))
    for ground in RING_ON:
        standard, high = (
            max(ratio(theme[tone], theme[ground]) for tone in ("focus-in", "focus-out"))
            for theme in themes
        )
        found.append((f"focus ring on {ground}", standard, high, LEAST_PART))
    return found


def contrast_table() -> str:
    """Return the pairs as a table."""
    lines = ["| pair | standard | high | needs |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {standard:.1f} | {high:.1f} | {least:.0f} |"
        for name, standard, high, least in pairs()
    ]
    return "\n".join(lines)
