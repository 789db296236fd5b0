"""The pages `/about` and `/help`, in the language that `?lang=` picks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from chatbot.contacts import day_checked
from chatbot.settings import Settings
from chatbot.templates import DEFAULT_LANGUAGE, Templates, templates_in
from chatbot.web.about import (
    EDITION,
    edition_dates,
    notice_reviews,
    passage_reviews,
    program_version,
    statements,
)
from chatbot.web.kiosk import kiosk_of
from chatbot.web.languages import TAGS, choices, templates_for
from chatbot.web.people import people
from chatbot.web.service import Service
from chatbot.web.sessions import IDLE_SECONDS
from chatbot.web.templating import environment

SIMPLIFIED = "zh-Hans"
Language = Annotated[str, Query(alias="lang", max_length=16)]


def build_information(service: Service, settings: Settings) -> APIRouter:
    """Return the routes. Each page is made once in each language for what is served just now."""
    router = APIRouter()

    @lru_cache(maxsize=2 * len(TAGS))
    def about_in(language: str, _: datetime) -> str:
        return about_page(service, settings, templates_in(language))

    @lru_cache(maxsize=2 * len(TAGS))
    def help_in(language: str, _: datetime) -> str:
        return help_page(service, settings, templates_in(language))

    def respond(page: Callable[[str, datetime], str], asked: str) -> HTMLResponse:
        return HTMLResponse(page(templates_for(asked).language, service.state.since))

    @router.get("/about", response_class=HTMLResponse)
    def about(lang: Language = DEFAULT_LANGUAGE) -> HTMLResponse:
        """Tell what this is, whose words it shows, who reviewed them, and what it keeps."""
        return respond(about_in, lang)

    @router.get("/help", response_class=HTMLResponse)
    def show_help(lang: Language = DEFAULT_LANGUAGE) -> HTMLResponse:
        """Tell how to use the page and how to reach a person."""
        return respond(help_in, lang)

    return router


def about_page(service: Service, settings: Settings, templates: Templates) -> str:
    """Return the page that tells what this is."""
    guide = service.source.guide
    is_simplified = templates.language == SIMPLIFIED
    return _page(
        "about.html",
        templates,
        settings,
        path="/about",
        guide=guide,
        is_edition=guide.guide_id == EDITION,
        statements=statements(guide, simplified=is_simplified),
        quoted_tag=TAGS[SIMPLIFIED if is_simplified else DEFAULT_LANGUAGE],
        is_simplified=is_simplified,
        passages=passage_reviews(guide),
        notices=notice_reviews(),
        changed=str(edition_dates()["changed"]),
        version=program_version(),
        checked=day_checked().isoformat(),
        minutes=str(int(IDLE_SECONDS // 60)),
        privacy=_what_is_kept(settings, templates),
    )


def _what_is_kept(settings: Settings, templates: Templates) -> str:
    if not settings.keeps_questions:
        return templates.say("about", "privacy_none")
    is_here = not settings.report_database.get_secret_value()
    place = templates.say("about", "privacy_here" if is_here else "privacy_elsewhere")
    return templates.say("about", "privacy_kept", place=place, days=str(settings.keep_days))


def help_page(service: Service, settings: Settings, templates: Templates) -> str:
    """Return the page that tells how to use it."""
    example = next(iter(service.chatbot.examples()), "")
    return _page(
        "help.html",
        templates,
        settings,
        path="/help",
        example=example,
    )


def _page(name: str, templates: Templates, settings: Settings, **values: Any) -> str:
    team, desk = settings.team, settings.team_desk
    return environment.get_template(name).render(
        say=templates.say,
        language=templates.language,
        tag=TAGS[templates.language],
        choices=choices(templates.language),
        kiosk=kiosk_of(settings),
        peoples=[people(templates, team, desk, can_dial=not settings.kiosk)],
        **values,
    )
