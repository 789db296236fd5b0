"""The sentences that the page's scripts show, in both scripts, so that a switch asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chatbot.bot import MOST_CHARACTERS
from chatbot.templates import DEFAULT_LANGUAGE, Templates, templates_in
from chatbot.web.script import SIMPLIFIED, in_script

# What a script fills in where the sentence is shown.
WHERE, DAY = "@where@", "@day@"
NAMES: Mapping[str, tuple[str, ...]] = {
    "page": (
        *("title", "call", "emergency", "question_label", "source_close", "source_missing"),
        *("failed", "offline", "too_many", "thinking", "you_asked", "reply"),
    ),
    "mode": ("words_only", "building", "safety_only"),
    "display": (
        *("open", "size", "size_m", "size_l", "size_xl", "contrast"),
        *("remember", "remembered", "forgotten"),
    ),
    "tools": ("copied", "not_copied", "read", "stop", "no_voice"),
    "passage": ("wrong", "flagged", "not_flagged"),
    "card": ("failed",),
    "frame": ("about", "help"),
    "down": ("trying", "back"),
}
KIOSK_NAMES: Mapping[str, tuple[str, ...]] = {
    "page": ("hello", "not_a_doctor"),
    "kiosk": (
        *("person", "person_close", "subjects_head", "subjects_back", "note", "leave"),
        *("idle_title", "idle_note", "idle_seconds", "stay"),
    ),
    "subject": (
        *("metastasis", "symptoms", "treatment", "injection"),
        *("side_effects", "bone_loss", "tests", "daily"),
    ),
}


def page_words(guide: str, *, kiosk: bool = False) -> Mapping[str, Mapping[str, str]]:
    """Return the sentences by script and `group.name`; `guide` is the title that is cited."""
    wanted = [*NAMES.items(), *(KIOSK_NAMES.items() if kiosk else ())]
    return {
        language: _words(templates_in(language), guide, wanted)
        for language in (DEFAULT_LANGUAGE, SIMPLIFIED)
    }


def _words(
    templates: Templates, guide: str, wanted: Iterable[tuple[str, tuple[str, ...]]]
) -> Mapping[str, str]:
    said = {
        f"{group}.{name}": str(templates.say(group, name))
        for group, names in wanted
        for name in names
    }
    title = in_script(guide, templates)
    said["tools.cite"] = templates.say("tools", "cite", guide=title, where=WHERE)
    said["tools.printed"] = templates.say("tools", "printed", day=DAY)
    said["refused.cut"] = templates.say("refused", "cut", most=str(MOST_CHARACTERS))
    return said
