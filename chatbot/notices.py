"""What is said first when a sign or a crisis was found: what to do, and whom to call."""

from __future__ import annotations

from collections.abc import Mapping

from chatbot.contacts import Team, load_numbers
from chatbot.reply import Dial
from chatbot.said import Said, paragraphs
from chatbot.templates import Templates
from chatbot.triage.tier import Tier
from corpus.passage import Language, Passage

DIALS_OF = {
    Tier.EMERGENCY: ("emergency",),
    Tier.TODAY: ("emergency",),
    Tier.TELL: (),
    Tier.CRISIS: ("comfort", "lifeline", "teacher_chang", "emergency"),
}
NAME_OF = {Tier.EMERGENCY: "emergency", Tier.TODAY: "today", Tier.TELL: "tell"}


class Notices:
    """Composes notices from template lines, numbers and the clinic's own contact."""

    def __init__(self, languages: Mapping[Language, Templates], team: Team) -> None:
        self._languages = languages
        self._team = team
        self.numbers = load_numbers()

    def urgent(
        self,
        tier: Tier,
        language: Language,
        support: tuple[Passage, ...],
        *,
        silent: bool,
        folded: bool,
    ) -> Said:
        """Return the notice of a tier.

        Args:
            tier: How soon.
            language: Of the message.
            support: What the guide says on the sign; shown behind the notice.
            silent: Whether the guide does not name the sign itself.
            folded: Whether other passages follow.
        """
        templates = self._languages[language]
        lines = [self._line(templates, "urgent", NAME_OF[tier])]
        if tier is Tier.EMERGENCY:
            lines.append(self._line(templates, "urgent", "emergency_silent_call"))
        else:
            lines.append(team_line(templates, self._team, "urgent"))
        lines.append(templates.say("urgent", "no_judgement"))
        if silent:
            lines.append(templates.say("urgent", "silent"))
        if folded:
            lines.append(templates.say("urgent", "folded"))
        if support:
            name = "support_silent" if silent else "support"
            lines.append(_support_line(templates, "urgent", support, name))
        return paragraphs(*lines)

    def crisis(self, language: Language, support: tuple[Passage, ...]) -> Said:
        """Return what is said in a crisis: numbers first, warm, short."""
        templates = self._languages[language]
        lines = [self._line(templates, "crisis", "numbers"), templates.say("crisis", "warm")]
        lines.append(team_line(templates, self._team, "crisis"))
        if support:
            lines.append(_support_line(templates, "crisis", support))
        return paragraphs(*lines)

    def dials(self, tier: Tier, language: Language) -> tuple[Dial, ...]:
        """Return the numbers of a notice, to be tapped."""
        templates = self._languages[language]
        found = [Dial(templates.say("dial", name), self.numbers[name]) for name in DIALS_OF[tier]]
        if self._team.phone and tier is not Tier.CRISIS:
            label = templates.say("dial", "team", name=team_name(templates, self._team))
            team = Dial(label, self._team.phone)
            found.insert(1 if tier is Tier.EMERGENCY else 0, team)
        return tuple(found)

    def reminder(self, language: Language) -> Said:
        """Return the line that keeps the numbers in sight after a crisis."""
        return self._line(self._languages[language], "crisis", "reminder")

    def mentioned(self, language: Language) -> Said:
        """Return the line under an answer in which a sign was spoken of."""
        return self._line(self._languages[language], "mentioned", "footer")

    def still_open(self, language: Language) -> Said:
        """Return the line that keeps a notice in sight in the turns after it."""
        return self._line(self._languages[language], "mentioned", "still_open")

    def _line(self, templates: Templates, group: str, name: str) -> Said:
        return templates.say(group, name, **self.numbers)


def team_line(templates: Templates, team: Team, group: str) -> Said:
    """Return how to reach the team, or where its number is printed."""
    if not team.phone:
        return templates.say(group, "team_unknown")
    return templates.say(group, "team", name=team_name(templates, team), phone=team.phone)


def team_name(templates: Templates, team: Team) -> str:
    """Return what the team is called."""
    return team.name or templates.say("urgent", "team_name")


def _support_line(
    templates: Templates, group: str, support: tuple[Passage, ...], name: str = "support"
) -> Said:
    pages = templates.pages(support)
    return templates.say(group, name if pages else "support_no_page", pages=pages)
