"""Whom to call or go to, for every page that says so."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.contacts import NO_TEAM, Team, load_numbers
from chatbot.notices import team_line
from chatbot.said import Said
from chatbot.templates import Templates
from chatbot.web.markdown import tel


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A telephone line: its number, whom it reaches, and the link that dials it or nothing."""

    number: str
    label: Said
    link: str


@dataclass(frozen=True, slots=True)
class People:
    """Whom to reach, in one language.

    Attributes:
        lines: Telephone lines, the one for an emergency first.
        near: Where to find somebody near, and how to reach the treating team.
    """

    lines: tuple[PhoneLine, ...]
    near: tuple[Said, ...]


def people(
    templates: Templates, team: Team = NO_TEAM, desk: str = "", *, can_dial: bool = True
) -> People:
    """Return whom to reach. A page that nobody looks after shows numbers that cannot be tapped."""
    lines = tuple(
        PhoneLine(number, templates.say("dial", name), tel(number) if can_dial else "")
        for name, number in load_numbers().items()
    )
    near = [templates.say("down", "desk", desk=desk)] if desk else []
    near.append(templates.say("down", "staff"))
    near.append(team_line(templates, team, "urgent"))
    return People(lines, tuple(near))
