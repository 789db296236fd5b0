"""Turn replies into Markdown in which nothing but our own marks has a meaning."""

from __future__ import annotations

import html
import re
from urllib.parse import quote as url_quote

from chatbot.citation import Citation
from chatbot.reply import Reply, citations_of
from chatbot.templates import Templates, page_list

MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:=^])")
MOST_PUBLISHER = 240  # characters of the publisher's words in the log; longer ones at the source
LINES = re.compile(r"\s*\n\s*")


def literal(text: str) -> str:
    """Return Markdown that shows `text` as it is, on one line for each of its lines."""
    escaped = MARKS.sub(r"\\\1", html.escape(text, quote=False))
    return LINES.sub("<br>", escaped.strip())


def source_path(citation: Citation) -> str:
    """Return where the cited passage is shown in its section."""
    return f"/source/{url_quote(citation.passage.passage_id, safe='')}"


def reply_markdown(reply: Reply, templates: Templates) -> str:
    """Return a reply for the chat log: lead-in, then each quotation with its page as a link."""
    parts = [literal(reply.text)]
    parts += [_slip(citation, templates) for citation in citations_of(reply)]
    if citations_of(reply):
        parts.append(literal(templates.say("answer", "foot")))
    return "\n\n".join(parts)


def _slip(citation: Citation, templates: Templates) -> str:
    name = "source_button" if citation.pages else "source_button_no_page"
    button = templates.say("page", name, pages=page_list(citation.pages))
    where = f"{citation.passage.section}（{templates.whose_words(citation.passage)}）"
    link = f"[{literal(button)}]({source_path(citation)})"
    number = f"\\[{citation.number}\\]"
    slip = f"> {literal(citation.quote)}\n>\n> {number} {literal(where)} {link}"
    publisher = templates.publisher_beside(citation.passage)
    if len(publisher) > MOST_PUBLISHER:
        publisher = templates.say("whose_words", "publisher_at_source")
    return f"{slip}\n>\n> {literal(publisher)}" if publisher else slip
