"""A passage as volunteers see it: its words beside the publisher's, and a citation to pass on."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.templates import DEFAULT_LANGUAGE, Templates, page_list, templates_in
from corpus.passage import Guide, Language, Passage, PublisherSentence


@dataclass(frozen=True, slots=True)
class PassageView:
    """What is shown of a passage.

    Attributes:
        passage: The passage.
        pages: Its printed pages, as they are listed.
        whose: Whose words it carries.
        citation: Its text with section, page and source, as plain text.
        publisher: The publisher's sentences that it restates.
        questions: The ways of asking that lead to it, by language.
        companions: Passages of which one stands beside it.
    """

    passage: Passage
    pages: str
    whose: str
    citation: str
    publisher: tuple[PublisherSentence, ...]
    questions: tuple[tuple[Language, tuple[str, ...]], ...]
    companions: tuple[Passage, ...]


def passage_view(guide: Guide, passage: Passage, templates: Templates) -> PassageView:
    """Return what is shown of a passage, around it the words of `templates`."""
    return PassageView(
        passage,
        page_list(passage.pages),
        str(templates.whose_words(passage)),
        citation_text(guide, passage),
        passage.publisher,
        tuple(passage.questions.items()),
        tuple(guide.by_id[name] for name in passage.companions if name in guide.by_id),
    )


def citation_text(guide: Guide, passage: Passage) -> str:
    """Return the passage's text with section, page and source, in the language of the guide."""
    own = templates_in(DEFAULT_LANGUAGE)
    whose = own.whose_words(passage)
    where = own.cited(passage.pages, guide=guide.title, section=passage.section, whose=whose)
    return str(own.say("staff", "citation", text=passage.text, where=where))


def has_publisher(guide: Guide) -> bool:
    """Return whether the publisher's own guide was imported beside this one."""
    return any(passage.publisher for passage in guide.passages)
