"""Pictures of the page: the one of the README, and every state for looking at."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.page.access import CONTRASTS, TEXT_SIZES, opened, places, show_as, sizes_of
from evals.page.chromium import Size, chromium
from evals.page.questions import TO_STATES
from evals.page.serving import serving
from evals.page.states import STATES, ask, start

README_SIZE: Size = (900, 760)
SHARPNESS = 1.5  # pixels of the picture per CSS pixel


def take_picture(path: Path, model: str) -> None:
    """Write the picture of the README: a question and its answer, as they are served."""
    with serving(MODEL=model) as served, chromium() as browser:
        served.wait_until_built()
        context = browser.new_context(
            viewport={"width": README_SIZE[0], "height": README_SIZE[1]},
            locale="zh-TW",
            device_scale_factor=SHARPNESS,
        )
        page = context.new_page()
        page.goto(served.address)
        start(page)
        ask(page, TO_STATES["question"])
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.screenshot(path=path)
        context.close()


def take_pictures(
    names: Sequence[str], folder: Path, model: str, tell: Callable[[str], None]
) -> None:
    """Write every state, or those that are named, in each window, size and contrast."""
    folder.mkdir(parents=True, exist_ok=True)
    states = [state for state in STATES if not names or state.name in names]
    with (
        tempfile.TemporaryDirectory() as made,
        places(states, Path(made), model) as addresses,
        chromium() as browser,
    ):
        for state in states:
            for size in sizes_of(state):
                with opened(browser, addresses[state.at], state, size) as page:
                    for text_size in TEXT_SIZES:
                        for contrast in CONTRASTS:
                            show_as(page, text_size, contrast)
                            name = f"{state.name}-{size[0]}-{text_size}-{contrast}.png"
                            page.screenshot(path=folder / name)
            tell(state.name)
