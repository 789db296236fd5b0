"""Our frame around Gradio's page: language, head line, source panel, scripts with their nonce."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from chatbot.templates import Templates
from chatbot.web.down import Place, down_section
from chatbot.web.kiosk import Kiosk, Subject
from chatbot.web.people import people
from chatbot.web.script import sentences
from chatbot.web.templating import environment
from chatbot.web.words import page_words

DARK_STYLES = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
NEVER = "@media not all"
SCRIPT = re.compile(r"<script(?![^>]*\bnonce=)")
LANGUAGE = re.compile(r'<html([^>]*?)\s+lang="[^"]*"')
SOCIAL = re.compile(r'<meta[^>]+(?:property|name)="(?:og|twitter):[^>]*>')
DEVICE = r'\1 data-device="kiosk"'
NO_PLACE = Place()


class Shell:
    """Puts the frame around the page."""

    def __init__(
        self,
        templates: Templates,
        guide: str,
        *,
        may_remember: bool,
        place: Place = NO_PLACE,
        kiosk: Kiosk | None = None,
        subjects: Sequence[Subject] = (),
    ) -> None:
        """Prepare the frame.

        Args:
            templates: The sentences that the page begins with.
            guide: Title of the guide, for citing it.
            may_remember: Whether people may have size and contrast kept in their browser.
            place: Where the page stands.
            kiosk: How it behaves where nobody looks after it.
            subjects: What it then offers to start with.
        """

        def render(name: str, **values: Any) -> str:
            template = environment.get_template(name)
            return template.render(say=templates.say, words=words, kiosk=kiosk, **values)

        all_words = page_words(guide, kiosk=kiosk is not None)
        words = all_words[templates.language]
        scripts = [sentences(simplified=simplified) for simplified in (False, True)]
        self._tag = DEVICE if kiosk else r"\1"
        self._head = render("head.html")
        self._body = render(
            "shell.html",
            all_words=all_words,
            may_remember=may_remember and kiosk is None,
            downs=[down_section(script, place) for script in scripts],
            peoples=[
                people(script, place.team, place.desk, can_dial=place.can_dial)
                for script in scripts
            ],
            subjects=subjects,
        )
        self._foot = render("foot.html", links=False, query="")

    def rewrite(self, page: str, nonce: str) -> str:
        """Return Gradio's page in Traditional Chinese, in our frame, every script with a nonce."""
        page = SOCIAL.sub("", DARK_STYLES.sub(NEVER, page))
        page = LANGUAGE.sub(rf'<html{self._tag} lang="zh-Hant-TW"', page, count=1)
        page = page.replace("<head>", "<head>" + self._head, 1)
        page = page.replace("<gradio-app", self._body + "<gradio-app", 1)
        page = page.replace("</gradio-app>", "</gradio-app>" + self._foot, 1)
        return SCRIPT.sub(f'<script nonce="{nonce}"', page)
