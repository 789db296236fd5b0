"""Whether everybody can use the page: axe and measures of our own in every state and size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from evals.page.chromium import Size, chromium
from evals.page.questions import TEAM
from evals.page.serving import serving
from evals.page.states import IDLE_SECONDS, STAFF_PASSWORD, STATES, At, State

HERE = Path(__file__).parent
MEASURE, TABBED, TABBABLE, SPACE, SPACING = (
    (HERE / name).read_text(encoding="utf-8")
    for name in ("measure.js", "tabbed.js", "tabbable.js", "space.js", "spacing.css")
)
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
RULES = {"screen": (*WCAG, "best-practice"), "print": WCAG}  # paper has no landmarks
NARROW: Size = (320, 640)
PERSON_SIZES: tuple[Size, ...] = (NARROW, (390, 844), (820, 1180), (1440, 900))
KIOSK_SIZE: Size = (1080, 1920)
TEXT_SIZES = ("m", "l", "xl")
CONTRASTS = ("standard", "high")
OF_A_PERSON = {"target": 44, "text": 16}
LEAST = {  # smallest side of a control, smallest type: CSS pixels
    At.PERSON: OF_A_PERSON,
    At.DOWN: OF_A_PERSON,
    At.STAFF: OF_A_PERSON,
    At.SAFE: OF_A_PERSON,
    At.KIOSK: {"target": 60, "text": 25},
}
MOST_TABS = 150


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that shuts somebody out.

    Attributes:
        check: The rule of axe or the measure of ours.
        what: Which part of the page, and by how much.
    """

    check: str
    what: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured of a state in one size.

    Attributes:
        state: Name of the state.
        where: Window, type size and contrast, as they are printed.
        faults: What is wrong.
        contrast: Lowest contrast of text.
        text: Smallest type, in CSS pixels.
        target: Smallest side of a control, in CSS pixels.
        stops: How many stops the keyboard makes; none where that was not tried.
    """

    state: str
    where: str
    faults: tuple[Fault, ...]
    contrast: float
    text: float
    target: float
    stops: int | None = None


@contextmanager
def opened(browser: Browser, address: str, state: State, size: Size) -> Iterator[Page]:
    """Open a page, bring it into a state, and close it again.

    Motion is asked to be reduced, as the measures demand; the clock can be put forward.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-TW", reduced_motion="reduce"
    )
    page = context.new_page()
    page.clock.install()
    page.goto(address + (state.path if address.startswith("http") else ""))
    state.arrange(page)
    page.emulate_media(media="print" if state.media == "print" else "screen")
    yield page
    page.unroute_all(behavior="ignoreErrors")
    context.close()


def show_as(page: Page, text_size: str, contrast: str) -> None:
    """Show an open page in a size and a contrast, as its own controls do."""
    page.evaluate(
        """([size, contrast]) => {
          Object.assign(document.documentElement.dataset, { size, contrast });
          const drawn = () => new Promise(done => requestAnimationFrame(() => done()));
          return drawn().then(drawn);
        }""",
        [text_size, contrast],
    )


def axe_faults(page: Page, media: str = "screen") -> list[Fault]:
    """Return what axe finds: WCAG 2.2 A and AA and, on a screen, its best practices."""
    rules = {"type": "tag", "values": list(RULES[media])}
    options = {"resultTypes": ["violations"], "runOnly": rules}
    return [
        Fault(f"axe {violation['id']}", f"{' '.join(map(str, node['target']))} {_message(node)}")
        for violation in Axe().run(page, options=options).response["violations"]
        for node in violation["nodes"]
        if not (violation["id"] == "target-size" and _is_free_elsewhere(page, node))
    ]


def _is_free_elsewhere(page: Page, node: Mapping[str, Any]) -> bool:
    """Return whether a control that a bar covers in part is free where it is scrolled to."""
    target = node["target"][0]
    page.locator(target).evaluate("node => node.scrollIntoView({ block: 'center' })")
    options = {
        "resultTypes": ["violations"],
        "runOnly": {"type": "rule", "values": ["target-size"]},
    }
    return not Axe().run(page, target, options).response["violations"]


def _message(node: Mapping[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return str(checks[0]["message"]) if checks else ""


def look(page: Page, state: State, where: str) -> Seen:
    """Measure a page as it is shown now."""
    found = page.evaluate(MEASURE, LEAST[state.at])
    faults = [Fault(fault["check"], fault["what"]) for fault in found["faults"]]
    if state.media == "print":  # paper has no controls, and its type is in points
        faults = [fault for fault in faults if fault.check not in ("target", "text", "motion")]
    language = page.evaluate("document.documentElement.lang")
    if language != state.language:
        faults.append(Fault("lang", f"{language}, not {state.language}"))
    faults += axe_faults(page, state.media)
    return Seen(state.name, where, tuple(faults), found["contrast"], found["text"], found["target"])


def tab_through(page: Page) -> tuple[list[Fault], int]:
    """Press Tab until it comes round; return what is wrong on the way, and how many stops."""
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    faults: list[Fault] = []
    reached: set[str] = set()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        here = page.evaluate(TABBED)
        if here is None:  # the browser's own bar, before it starts again at the top
            continue
        if here["key"] in reached:
            break
        reached.add(here["key"])
        if not here["ring"]:
            faults.append(Fault("focus not visible", here["name"]))
        if not here["seen"]:
            faults.append(Fault("focus covered", here["name"]))
    else:
        faults.append(Fault("keyboard trap", f"{MOST_TABS} presses and not round"))
    faults += [Fault("not reached by keyboard", name) for name in page.evaluate(TABBABLE)]
    return faults, len(reached)


def space_out(page: Page) -> list[Fault]:
    """Space the text out as WCAG 1.4.12 lets people do; return what is then cut or overflows."""
    page.evaluate(SPACE, SPACING)
    found = page.evaluate(MEASURE, {"target": 0, "text": 0})
    page.evaluate(SPACE, "")
    return [
        Fault(f"spaced out: {fault['check']}", fault["what"])
        for fault in found["faults"]
        if fault["check"] in ("sideways", "cut")
    ]


def run_state(
    browser: Browser,
    address: str,
    state: State,
    sizes: Sequence[Size],
    text_sizes: Sequence[str] = TEXT_SIZES,
    contrasts: Sequence[str] = CONTRASTS,
) -> Iterator[Seen]:
    """Measure a state in each size; the keyboard in the smallest and the largest type."""
    for size in sizes:
        with opened(browser, address, state, size) as page:
            window = f"{size[0]}x{size[1]}"
            for text_size in text_sizes:
                for contrast in contrasts:
                    show_as(page, text_size, contrast)
                    yield look(page, state, f"{window} {text_size} {contrast}")
                if state.media == "screen" and text_size != "l":
                    show_as(page, text_size, contrasts[0])
                    faults, stops = tab_through(page)
                    faults += space_out(page)
                    yield Seen(
                        state.name,
                        f"{window} {text_size} keyboard, spacing",
                        tuple(faults),
                        21,
                        1000,
                        1000,
                        stops,
                    )


def sizes_of(state: State) -> tuple[Size, ...]:
    """Return the windows that a state is met in."""
    return (KIOSK_SIZE,) if state.at is At.KIOSK else PERSON_SIZES


@contextmanager
def places(states: Iterable[State], folder: Path, model: str = "none") -> Iterator[dict[At, str]]:
    """Serve what the states need; yield the addresses."""
    from chatbot.web.down import Place, down_page

    wanted = {state.at for state in states}
    slow = {name: str(IDLE_SECONDS) for name in ("KIOSK_IDLE_SECONDS", "KIOSK_COUNTDOWN_SECONDS")}
    with ExitStack() as stack:
        addresses: dict[At, str] = {}
        for at, settings in (
            (At.PERSON, {}),
            (At.KIOSK, {"KIOSK": "true"}),
            (At.STAFF, _of_staff(folder)),
            (At.SAFE, {"ORIGINAL": str(folder / "no such guide")}),
        ):
            if at in wanted:
                served = stack.enter_context(serving(MODEL=model, **TEAM, **slow, **settings))
                served.wait_until_built()
                addresses[at] = served.address
        if At.DOWN in wanted:
            path = folder / "down.html"
            path.write_text(down_page(Place(), is_served=True), encoding="utf-8")
            addresses[At.DOWN] = path.as_uri()
        yield addresses


def _of_staff(folder: Path) -> dict[str, str]:
    """Return what has the pages for volunteers be there, with a report of their own."""
    return {
        "STAFF_PASSWORD": STAFF_PASSWORD,
        "KEEP_UNANSWERED": "true",
        "KEEP_FLAGS": "true",
        "REPORT_DATABASE": f"sqlite:///{folder / 'report.sqlite'}",
    }


def run_access(names: Sequence[str], folder: Path, tell: Callable[[str], None]) -> tuple[str, bool]:
    """Measure every state, or those that are named.

    Returns:
        The table, and whether nothing is wrong.
    """
    states = [state for state in STATES if not names or state.name in names]
    seen: list[Seen] = []
    with places(states, folder) as addresses, chromium() as browser:
        for state in states:
            mine = list(run_state(browser, addresses[state.at], state, sizes_of(state)))
            seen += mine
            faults = sum(len(one.faults) for one in mine)
            tell(f"{state.name}: {len(mine)} looks, {faults} faults")
            for one in mine:
                for fault in one.faults:
                    tell(f"    {one.where}: {fault.check}: {fault.what}")
    return table(seen), not any(one.faults for one in seen)


def table(seen: Sequence[Seen]) -> str:
    """Return a table of the states and what was found in each."""
    lines = [
        "| state | looks | axe | other faults | lowest contrast | smallest text "
        "| smallest control | stops of the keyboard |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(one.state for one in seen):
        mine = [one for one in seen if one.state == name]
        faults = [fault for one in mine for fault in one.faults]
        axe = sum(fault.check.startswith("axe") for fault in faults)
        stops = [one.stops for one in mine if one.stops is not None]
        target = min(one.target for one in mine)
        cells = (
            name,
            str(len(mine)),
            str(axe),
            str(len(faults) - axe),
            f"{min(one.contrast for one in mine):.1f}",
            f"{min(one.text for one in mine):.0f} px",
            f"{target:.0f} px" if target < 1000 else "none",
            f"{min(stops)} to {max(stops)}" if stops else "none",
        )
        lines.append(f"| {' | '.join(cells)} |")
    faults = [fault for one in seen for fault in one.faults]
    axe = sum(fault.check.startswith("axe") for fault in faults)
    lines.append(f"\n{len(seen)} looks, {axe} violations of axe, {len(faults) - axe} other faults.")
    return "\n".join(lines)
