"""Turn replies into Markdown in which nothing but our own marks has a meaning."""

from __future__ import annotations

import html
import re
from urllib.parse import quote as url_quote

from chatbot.citation import Citation
from chatbot.reply import Reply, Urgent, citations_of
from chatbot.templates import Templates, foot_of, page_list
from chatbot.triage.tier import Tier

MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:=^])")
MOST_PUBLISHER = 240  # characters of the publisher's words in the log; longer ones at the source
HEADINGS = {  # styled by level in page.css
    Tier.EMERGENCY: "####",
    Tier.TODAY: "####",
    Tier.TELL: "#####",
    Tier.CRISIS: "######",
}
SENTENCE_ENDS = "。！？!?；;：:.」』”’）) \n"
LINES = re.compile(r"\s*\n\s*")


def literal(text: str) -> str:
    """Return Markdown that shows `text` as it is, on one line for each of its lines."""
    return _escaped(text.strip())


def _escaped(text: str) -> str:
    return LINES.sub("<br>", MARKS.sub(r"\\\1", html.escape(text, quote=False)))


def quotation(citation: Citation) -> str:
    """Return a quotation with the sentences that answer in bold.

    The mark that ends a sentence stays outside: Markdown closes no bold between 。 and a letter.
    """
    parts: list[str] = []
    place = citation.start
    for span in citation.marked:
        sentence = citation.passage.text[span.start : span.end]
        bare = sentence.strip().rstrip(SENTENCE_ENDS)
        if not bare:
            continue
        start = span.start + sentence.index(bare)
        parts.append(_escaped(citation.passage.text[place:start]))
        parts.append(f"**{_escaped(bare)}**")
        place = start + len(bare)
    parts.append(_escaped(citation.passage.text[place : citation.end]))
    return "".join(parts).strip()


def source_path(citation: Citation) -> str:
    """Return where the cited passage is shown in its section."""
    return f"/source/{url_quote(citation.passage.passage_id, safe='')}"


def reply_markdown(reply: Reply, templates: Templates) -> str:
    """Return a reply for the chat log: lead-in, then each quotation with its page as a link."""
    if isinstance(reply, Urgent):
        return _notice(reply, templates)
    parts = [literal(reply.text)]
    parts += [_slip(citation, templates) for citation in citations_of(reply)]
    if citations_of(reply):
        parts.append(literal(foot_of(reply.text)))
    return "\n\n".join(parts)


def folded_markdown(reply: Reply, templates: Templates) -> str:
    """Return what is folded away behind a notice, or nothing."""
    if not isinstance(reply, Urgent):
        return ""
    return "\n\n".join(_slip(citation, templates) for citation in reply.folded)


def tel(number: str) -> str:
    """Return a link that dials a number."""
    return "tel:" + re.sub(r"[^0-9+]", "", number)


def _notice(reply: Urgent, templates: Templates) -> str:
    """Return a notice: what to do as a heading (its level tells the style), numbers, the rest."""
    head, _, rest = reply.text.partition("\n")
    parts = [f"{HEADINGS[reply.tier]} {literal(head)}"]
    parts += [f"[{literal(d.number)} {literal(d.label)}]({tel(d.number)})" for d in reply.dials]
    parts += [literal(line) for line in rest.split("\n") if line]
    parts += [_slip(citation, templates) for citation in reply.support]
    return "\n\n".join(parts)


def _slip(citation: Citation, templates: Templates) -> str:
    name = "source_button" if citation.pages else "source_button_no_page"
    button = templates.say("page", name, pages=page_list(citation.pages))
    where = f"{citation.passage.section}（{templates.whose_words(citation.passage)}）"
    link = f"[{literal(button)}]({source_path(citation)})"
    number = f"\\[{citation.number}\\]"
    slip = f"> {quotation(citation)}\n>\n> {number} {literal(where)} {link}"
    publisher = templates.publisher_beside(citation.passage)
    if len(publisher) > MOST_PUBLISHER:
        publisher = templates.say("whose_words", "publisher_at_source")
    return f"{slip}\n>\n> {literal(publisher)}" if publisher else slip
