"""Our frame around Gradio's page: language, head line, source panel, scripts with their nonce."""

from __future__ import annotations

import re
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from chatbot.templates import Templates
from chatbot.web.words import page_words

DARK_STYLES = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
NEVER = "@media not all"
SCRIPT = re.compile(r"<script(?![^>]*\bnonce=)")
LANGUAGE = re.compile(r'<html([^>]*?)\s+lang="[^"]*"')
SOCIAL = re.compile(r'<meta[^>]+(?:property|name)="(?:og|twitter):[^>]*>')
STATIC = files("chatbot") / "web" / "static"

environment = Environment(
    loader=PackageLoader("chatbot.web", "pages"), autoescape=True, undefined=StrictUndefined
)


class Shell:
    """Puts the frame around the page."""

    def __init__(self, templates: Templates, guide: str, *, may_remember: bool) -> None:
        """Prepare the frame.

        Args:
            templates: The sentences that the page begins with.
            guide: Title of the guide, for citing it.
            may_remember: Whether people may have size and contrast kept in their browser.
        """
        all_words = page_words(guide)
        self._body = environment.get_template("shell.html").render(
            say=templates.say,
            words=all_words[templates.language],
            all_words=all_words,
            may_remember=may_remember,
        )
        self._head = environment.get_template("head.html").render()

    def rewrite(self, page: str, nonce: str) -> str:
        """Return Gradio's page in Traditional Chinese, in our frame, every script with a nonce."""
        page = SOCIAL.sub("", DARK_STYLES.sub(NEVER, page))
        page = LANGUAGE.sub(r'<html\1 lang="zh-Hant-TW"', page, count=1)
        page = page.replace("<head>", "<head>" + self._head, 1)
        page = page.replace("<gradio-app", self._body + "<gradio-app", 1)
        return SCRIPT.sub(f'<script nonce="{nonce}"', page)
