"""Show a reply in Simplified characters on request.

Our own lines come from their file; quotations are converted by OpenCC and marked so. What was
typed is never changed.
"""

from __future__ import annotations

from chatbot.said import Line, Said
from chatbot.templates import DEFAULT_LANGUAGE, Templates, templates_in
from corpus.passage import Passage
from index.script import to_simplified

SIMPLIFIED = "zh-Hans"
CONVERTED_VALUES = ("topic", "heading", "asked")  # words of ours and of the guide


def is_simplified(templates: Templates) -> bool:
    """Return whether the page is shown in Simplified characters."""
    return templates.language == SIMPLIFIED


def sentences(*, simplified: bool) -> Templates:
    """Return the sentences around replies."""
    return templates_in(SIMPLIFIED if simplified else DEFAULT_LANGUAGE)


def language_of(text: Said, templates: Templates) -> str:
    """Return in which language `own_words` shows a text."""
    language = text.lines[0].language if text.lines else templates.language
    simplify = is_simplified(templates) and language == DEFAULT_LANGUAGE
    return SIMPLIFIED if simplify else language


def own_words(text: Said, templates: Templates) -> str:
    """Return what the assistant says itself; Traditional lines as the Simplified file has them.

    A reply in English or already in Simplified characters stays as it is.
    """
    if not is_simplified(templates):
        return str(text)
    shown, rest = "", str(text)
    for line in text.lines:
        said = line.text.strip()
        before, found, rest = rest.partition(said)
        if not found:  # not made of its lines: leave it to the characters
            return to_simplified(str(text))
        shown += before + _in_simplified(line, templates)
    return shown + rest


def _in_simplified(line: Line, templates: Templates) -> str:
    if line.language != DEFAULT_LANGUAGE:
        return line.text.strip()
    values = {
        name: _value(name, value, templates_in(line.language), templates)
        for name, value in line.values
    }
    return templates.say(line.group, line.name, **values).strip()


def _value(name: str, value: str, said_in: Templates, templates: Templates) -> str:
    """Return what fills a line; a name that the clinic gave itself stays as it is."""
    if name == "aspect":
        return dict(zip(said_in.lines("aspect"), templates.lines("aspect"), strict=True))[value]
    if name == "name" and value == said_in.say("urgent", "team_name"):
        return templates.say("urgent", "team_name")
    return to_simplified(value) if name in CONVERTED_VALUES else value


def in_script(text: str, templates: Templates) -> str:
    """Return words of the guide or the bank in the characters of the page."""
    return to_simplified(text) if is_simplified(templates) else text


def whose_words(passage: Passage, templates: Templates) -> str:
    """Return whose words a shown quotation carries, and that it was converted where it was."""
    whose = templates.whose_words(passage)
    if not is_simplified(templates):
        return whose
    return templates.say("whose_words", "converted", whose=whose)


def publisher_beside(passage: Passage, templates: Templates) -> str:
    """Return the publisher's own sentences, or where they are: they are never converted."""
    if passage.publisher and is_simplified(templates):
        return templates.say("whose_words", "publisher_at_source")
    return templates.publisher_beside(passage)
