"""Turn replies into Markdown in which nothing but our own marks has a meaning."""

from __future__ import annotations

import html
import re
from itertools import groupby
from urllib.parse import quote as url_quote
from urllib.parse import urlencode

from chatbot.citation import Citation
from chatbot.reply import AskClinician, Reply, Urgent, citations_of
from chatbot.templates import Templates, foot_of, page_list
from chatbot.triage.tier import Tier
from chatbot.web.marks import name_of, pieces
from chatbot.web.script import (
    in_script,
    language_of,
    own_words,
    publisher_beside,
    whose_words,
)
from corpus.passage import Passage

MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:=^])")
MOST_PUBLISHER = 240  # characters of the publisher's words in the log; longer ones at the source
HEADINGS = {  # styled by level in page.css
    Tier.EMERGENCY: "####",
    Tier.TODAY: "####",
    Tier.TELL: "#####",
    Tier.CRISIS: "######",
}
BULLETS = ("・", "• ")  # as the template files write a list
HAN = re.compile("[\u3400-\u9fff]")
LINES = re.compile(r"\s*\n\s*")
UNFOLD = "#unfold"  # links that tools.js takes as buttons
TOOLS = ("copy", "print", "read", "card")


def literal(text: str) -> str:
    """Return Markdown that shows `text` as it is, on one line for each of its lines."""
    return _escaped(text.strip())


def own_lines(text: str) -> str:
    """Return lines of the assistant's own; those that begin with a bullet become a list.

    Lines without Chinese stand in a paragraph of their own: page.js says that they are English.
    Where there is a list, every line does.
    """
    lines = text.strip().split("\n")
    has_list = any(line.startswith(BULLETS) for line in lines)
    parts: list[str] = []
    for (is_list, _), group in groupby(
        lines,
        lambda line: (line.startswith(BULLETS), not line.startswith(BULLETS) and _is_han(line)),
    ):
        if is_list:
            parts.append("\n".join(f"- {literal(line[1:])}" for line in group))
        elif has_list:
            parts += map(literal, group)
        else:
            parts.append(literal("\n".join(group)))
    return "\n\n".join(parts)


def _is_han(line: str) -> bool:
    return bool(HAN.search(line))


def _escaped(text: str) -> str:
    return LINES.sub("<br>", MARKS.sub(r"\\\1", html.escape(text, quote=False)))


def quotation(citation: Citation, templates: Templates) -> str:
    """Return a quotation with the sentences that answer in bold."""
    shown = []
    for piece in pieces(citation.passage.text, citation.marked, citation.start, citation.end):
        text = _escaped(in_script(piece.text, templates))
        shown.append(f"**{text}**" if piece.is_marked else text)
    return "".join(shown).strip()


def source_path(citation: Citation) -> str:
    """Return where the cited passage is shown in its section, the sentences that answer marked."""
    address = source_address(citation.passage)
    return f"{address}?mark={name_of(citation.marked)}" if citation.marked else address


def source_address(passage: Passage) -> str:
    """Return where a passage is shown in its section."""
    return f"/source/{url_quote(passage.passage_id, safe='')}"


def reply_markdown(reply: Reply, templates: Templates, *, can_dial: bool = True) -> str:
    """Return a reply for the chat log: lead-in, then each quotation with its page as a link.

    A page that nobody looks after cannot dial: there the numbers are no links.
    """
    if isinstance(reply, Urgent):
        return _notice(reply, templates, can_dial=can_dial)
    parts = [own_lines(own_words(reply.text, templates))]
    parts += [_slip(citation, templates) for citation in citations_of(reply)]
    if citations_of(reply):
        parts.append(literal(own_words(foot_of(reply.text), templates)))
        parts.append(_tools(reply, templates))
    return "\n\n".join(parts)


def questions_markdown(reply: Reply, templates: Templates, *, can_be_pressed: bool) -> str:
    """Return what stands over the questions of a reply, or those of an older one to read."""
    if not reply.suggestions or (citations_of(reply) and not can_be_pressed):
        return ""
    if can_be_pressed:
        heading = literal(templates.say("page", "related"))
        return f"**{heading}**" if citations_of(reply) else ""
    return "\n".join(f"- {literal(in_script(asked, templates))}" for asked in reply.suggestions)


def folded_markdown(reply: Reply, templates: Templates) -> str:
    """Return what is folded away behind a notice and the link that unfolds it, or nothing."""
    if not isinstance(reply, Urgent) or not reply.folded:
        return ""
    title = f"[{literal(templates.say('page', 'folded_title'))}]({UNFOLD})"
    return "\n\n".join([title, *(_slip(citation, templates) for citation in reply.folded)])


def card_notice(reply: Reply) -> str:
    """Return the name of what a card says before its quotations; empty where it is nothing."""
    match reply:
        case Urgent():
            return str(reply.tier)
        case AskClinician():
            return reply.about
        case _:
            return ""


def tel(number: str) -> str:
    """Return a link that dials a number."""
    return "tel:" + re.sub(r"[^0-9+]", "", number)


def _notice(reply: Urgent, templates: Templates, *, can_dial: bool) -> str:
    """Return a notice: what to do as a heading (its level tells the style), numbers, the rest."""
    head, _, rest = own_words(reply.text, templates).partition("\n")
    parts = [f"{HEADINGS[reply.tier]} {literal(head)}"]
    for dial in reply.dials:
        line = f"{literal(dial.number)} {literal(own_words(dial.label, templates))}"
        parts.append(f"[{line}]({tel(dial.number)})" if can_dial else f"**{line}**")
    parts += [literal(line) for line in rest.split("\n") if line]
    parts += [_slip(citation, templates) for citation in reply.support]
    if reply.support and reply.tier is not Tier.CRISIS:  # a crisis offers numbers, nothing else
        parts.append(_tools(reply, templates))
    return "\n\n".join(parts)


def _tools(reply: Reply, templates: Templates) -> str:
    """Return what can be done with a reply, as links that tools.js takes as buttons.

    The link of the card tells which card it is, so that what a person asked is in no address.
    """
    shown = reply.support if isinstance(reply, Urgent) else citations_of(reply)
    asked = {
        "notice": card_notice(reply),
        "language": language_of(reply.text, templates),
        "script": templates.language,
        "passages": ",".join(citation.passage.passage_id for citation in shown),
    }
    if any(citation.marked for citation in shown):
        asked["marks"] = ",".join(name_of(citation.marked) for citation in shown)
    links = {name: f"#{name}" for name in TOOLS}
    links["card"] += "?" + urlencode(asked)
    return " ".join(
        f"[{literal(templates.say('tools', name))}]({link})" for name, link in links.items()
    )


def _slip(citation: Citation, templates: Templates) -> str:
    name = "source_button" if citation.pages else "source_button_no_page"
    button = templates.say("page", name, pages=page_list(citation.pages))
    section = in_script(citation.passage.section, templates)
    where = f"{section}（{whose_words(citation.passage, templates)}）"
    link = f"[{literal(button)}]({source_path(citation)})"
    number = f"\\[{citation.number}\\]"
    slip = f"> {quotation(citation, templates)}\n>\n> {number} {literal(where)} {link}"
    publisher = publisher_beside(citation.passage, templates)
    if len(publisher) > MOST_PUBLISHER:
        publisher = templates.say("whose_words", "publisher_at_source")
    return f"{slip}\n>\n> {literal(publisher)}" if publisher else slip
