"""A passage in its section, what answered marked, with the passages before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from chatbot.templates import DEFAULT_LANGUAGE, Templates, page_list
from chatbot.web.languages import TAGS
from chatbot.web.marks import named, pieces
from chatbot.web.script import SIMPLIFIED, is_simplified, sentences
from chatbot.web.service import Service
from chatbot.web.templating import environment
from corpus.passage import Guide, Passage, Span


def build_source_routes(service: Service) -> APIRouter:
    """Return the route that shows a passage."""
    router = APIRouter()

    @router.get("/source/{passage_id}", response_class=HTMLResponse)
    async def source(passage_id: str, script: str = "", mark: str = "") -> HTMLResponse:
        """Show a passage in its section; always in the guide's own characters.

        `mark` names the sentences that answered, as ranges of the passage's text.
        """
        templates = sentences(simplified=script == SIMPLIFIED)
        guide = service.source.guide
        cited = guide.by_id.get(passage_id)
        if cited is None:
            return HTMLResponse(templates.say("page", "source_missing"), 404)
        marked = named(mark, len(cited.text))
        return HTMLResponse(source_page(guide, cited, templates, marked))

    return router


def source_page(
    guide: Guide, cited: Passage, templates: Templates, marked: Sequence[Span] = ()
) -> str:
    """Return the page: quotations as they are, the words around them in the page's script.

    Args:
        guide: The guide that is shown.
        cited: The passage that stands out by its edge.
        templates: The words around quotations.
        marked: The sentences of it that answered; none where it answered as a whole.
    """
    say = templates.say
    section = guide.section_of(cited)
    number = section.passages.index(cited)
    place = say("passage", "place", number=str(number + 1), total=str(len(section.passages)))
    reading_order = guide.passages
    at = reading_order.index(cited)
    query = f"?script={SIMPLIFIED}" if is_simplified(templates) else ""

    def address(index: int) -> str:
        inside = 0 <= index < len(reading_order)
        return f"/source/{quote(reading_order[index].passage_id, safe='')}{query}" if inside else ""

    return environment.get_template("source.html").render(
        title=f"{section.title}｜{say('page', 'title')}",
        heading=_heading(cited, templates),
        section=section.title,
        place=place,
        guide=guide.title,
        whose=templates.whose_words(cited),
        passages=[_shown(p, cited, section.title, templates) for p in section.passages],
        cited_pieces=pieces(cited.text, marked),
        cited=cited.passage_id,
        before=address(at - 1),
        after=address(at + 1),
        tag=TAGS[templates.language],
        own_tag=TAGS[DEFAULT_LANGUAGE],
        say=say,
    )


def _heading(cited: Passage, templates: Templates) -> str:
    if not cited.pages:
        return templates.say("passage", "title_no_page")
    return templates.say("passage", "title", pages=page_list(cited.pages))


def _shown(
    passage: Passage, cited: Passage, section_title: str, templates: Templates
) -> dict[str, Any]:
    return {
        "heading": passage.heading if passage.heading != section_title else "",
        "text": passage.text,
        "pages": page_list(passage.pages),
        "whose": templates.whose_words(passage),
        "publisher": templates.publisher_beside(passage) if passage is cited else "",
        "cited": passage is cited,
    }
