"""The routes of the pages of volunteers. Without a session each leads to the login."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chatbot.conversation import Conversation
from chatbot.passwords import MOST_CHARACTERS, Password
from chatbot.report.errors import ReportUnavailable
from chatbot.settings import Settings
from chatbot.templates import DEFAULT_LANGUAGE, Templates, templates_in
from chatbot.web.flags import Flags
from chatbot.web.kiosk import kiosk_of
from chatbot.web.languages import TAGS, choices, templates_for
from chatbot.web.service import Service
from chatbot.web.staff.access import (
    COOKIE,
    IDLE_SECONDS,
    PATH,
    Session,
    Sessions,
    Tries,
    drop_cookie,
    from_own_page,
    set_cookie,
)
from chatbot.web.staff.answer import answer_view
from chatbot.web.staff.guide_search import (
    MOST_FOUND,
    glossary,
    marked,
    on_page,
    pages_of,
    with_words,
)
from chatbot.web.staff.passage_view import has_publisher, passage_view
from chatbot.web.staff.report_page import (
    MOST_SHOWN,
    flags_csv,
    passages_of,
    read_report,
    reason_in,
    unanswered_csv,
)
from chatbot.web.templating import environment

LOGIN = f"{PATH}/login"
PAGE = re.compile(r"\d{1,4}")
MOST_WORDS = 100  # characters
Text = Annotated[str, Form(max_length=20_000)]
Language = Annotated[str, Query(alias="lang", max_length=16)]


class Desk:
    """What the routes share: who is logged in, and how a page is put together."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service = service
        self.kiosk = kiosk_of(settings)
        idle = self.kiosk.total_seconds if self.kiosk else IDLE_SECONDS
        self.sessions = Sessions(idle)
        self.tries = Tries()
        self.password = Password.read(settings.staff_password.get_secret_value())

    def session(self, request: Request) -> Session:
        """Return the session of a request; `?lang=` changes its language.

        Raises:
            HTTPException: There is none; it leads to the login.
        """
        session = self.sessions.of(request.cookies.get(COOKIE, ""))
        if session is None:
            raise HTTPException(303, headers={"location": LOGIN})
        asked = request.query_params.get("lang", "")
        if asked in TAGS:
            session.language = asked
        return session

    def page(self, name: str, templates: Templates, status: int = 200, **values: Any) -> Response:
        """Return a page in the language of its templates."""
        page = environment.get_template(f"staff/{name}.html").render(
            say=templates.say,
            has=templates.holds,
            tag=TAGS[templates.language],
            own_tag=TAGS[DEFAULT_LANGUAGE],
            choices=choices(templates.language),
            kiosk=self.kiosk,
            **values,
        )
        return HTMLResponse(page, status)


def build_staff_routes(service: Service, settings: Settings, flags: Flags) -> APIRouter:
    """Return the routes; the settings must hold a password."""
    desk = Desk(service, settings)
    router = APIRouter(prefix=PATH, include_in_schema=False)
    _add_access(router, desk)
    _add_asking(router, desk)
    _add_guide(router, desk)
    _add_report(router, desk, flags)
    return router


def _add_access(router: APIRouter, desk: Desk) -> None:
    @router.get("/login")
    def show_login(request: Request, lang: Language = DEFAULT_LANGUAGE) -> Response:
        """Show the login."""
        if desk.sessions.of(request.cookies.get(COOKIE, "")):
            return RedirectResponse(PATH, 303)
        return desk.page("login", templates_for(lang), here=LOGIN, problem="")

    @router.post("/login")
    def log_in(request: Request, password: Text = "", lang: Text = DEFAULT_LANGUAGE) -> Response:
        """Open a session, or tell why not."""
        from_own_page(request)
        templates = templates_for(lang)
        address = request.client.host if request.client else ""
        wait = desk.tries.take(address)
        if wait > 0:
            sentence = templates.say("staff", "login_wait", minutes=str(int(wait // 60) + 1))
            page = desk.page("login", templates, 429, here=LOGIN, problem=sentence)
            page.headers["retry-after"] = str(int(wait) + 1)
            return page
        if len(password) > MOST_CHARACTERS or not desk.password.is_(password):
            sentence = templates.say("staff", "login_wrong")
            return desk.page("login", templates, 401, here=LOGIN, problem=sentence)
        desk.tries.forgive(address)
        desk.sessions.close(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(PATH, 303)
        token = desk.sessions.open(templates.language)
        set_cookie(response, token, secure=request.url.scheme == "https")
        return response

    @router.post("/logout")
    def log_out(request: Request) -> Response:
        """End the session."""
        from_own_page(request)
        desk.sessions.close(request.cookies.get(COOKIE, ""))
        response = RedirectResponse(LOGIN, 303)
        drop_cookie(response, secure=request.url.scheme == "https")
        return response


def _add_asking(router: APIRouter, desk: Desk) -> None:
    @router.get("")
    def start(request: Request) -> Response:
        """Show the question box."""
        templates = templates_in(desk.session(request).language)
        return desk.page("ask", templates, here=PATH, question="", view=None, can_lean=False)

    @router.post("/ask")
    def ask(request: Request, question: Text = "", lean: Text = "") -> Response:
        """Answer as the page does, and tell why. What is asked here is kept nowhere."""
        from_own_page(request)
        session = desk.session(request)
        templates = templates_in(session.language)
        before = session.conversation if lean else Conversation()
        view = answer_view(desk.service, templates, question, before)
        session.conversation = view.why.turn.conversation
        return desk.page("ask", templates, here=PATH, question=question, view=view, can_lean=True)


def _add_guide(router: APIRouter, desk: Desk) -> None:
    def found(session: Session, page: int | None, words: str) -> Response:
        guide = desk.service.source.guide
        templates = templates_in(session.language)
        shown = on_page(guide, page) if page is not None else with_words(guide, words)
        return desk.page(
            "guide",
            templates,
            here=f"{PATH}/guide",
            pages=pages_of(guide),
            page=page,
            words=words,
            asked=page is not None or bool(words.split()),
            total=len(shown),
            found=[passage_view(guide, p, templates) for p in shown[:MOST_FOUND]],
            marked=marked,
        )

    @router.get("/guide")
    def by_page(request: Request, page: str = "") -> Response:
        """Show the passages of a page."""
        return found(desk.session(request), int(page) if PAGE.fullmatch(page) else None, "")

    @router.post("/guide")
    def by_words(request: Request, words: Text = "") -> Response:
        """Show the passages that hold words; they come in the body, so that no address has them."""
        from_own_page(request)
        return found(desk.session(request), None, words[:MOST_WORDS])

    @router.get("/passage/{passage_id}")
    def passage(request: Request, passage_id: str) -> Response:
        """Show a passage with all that leads to it."""
        templates = templates_in(desk.session(request).language)
        guide = desk.service.source.guide
        known = guide.by_id.get(passage_id)
        if known is None:
            return HTMLResponse(templates.say("page", "source_missing"), 404)
        view = passage_view(guide, known, templates)
        return desk.page(
            "passage", templates, here="", view=view, has_publisher=has_publisher(guide)
        )

    @router.get("/glossary")
    def words(request: Request) -> Response:
        """Show the glossary."""
        templates = templates_in(desk.session(request).language)
        guide = desk.service.source.guide
        entries = [passage_view(guide, entry, templates) for entry in glossary(guide)]
        return desk.page("glossary", templates, here=f"{PATH}/glossary", entries=entries)


def _add_report(router: APIRouter, desk: Desk, flags: Flags) -> None:
    keeper = desk.service.keeper

    @router.get("/report")
    def report(request: Request) -> Response:
        """Show what got no answer, and what was flagged."""
        templates = templates_in(desk.session(request).language)
        read = read_report(keeper, flags)
        return desk.page(
            "report",
            templates,
            here=f"{PATH}/report",
            report=read,
            keeper=keeper,
            flagged=passages_of(read, desk.service.source.guide),
            reason=partial(reason_in, templates),
            most=MOST_SHOWN,
        )

    @router.post("/report/delete")
    def delete(request: Request, question: Text = "") -> Response:
        """Delete a question from the report."""
        from_own_page(request)
        desk.session(request)
        if keeper.store is not None and keeper.store.is_there:
            with suppress(ReportUnavailable):  # the page that follows tells that it is away
                keeper.store.delete_question(question)
        return RedirectResponse(f"{PATH}/report", 303)

    @router.get("/{name}.csv")
    def table(request: Request, name: str) -> Response:
        """Return one of the tables for a spreadsheet."""
        templates = templates_in(desk.session(request).language)
        read = read_report(keeper, flags)
        if read.failed:
            return HTMLResponse(templates.say("staff", "report_failed"), 503)
        if name == "unanswered":
            content = unanswered_csv(read, templates)
        elif name == "flags":
            content = flags_csv(read, desk.service.source.guide, templates)
        else:
            raise HTTPException(404)
        disposition = f'attachment; filename="bone-health-{name}.csv"'
        return Response(
            content, media_type="text/csv", headers={"content-disposition": disposition}
        )
