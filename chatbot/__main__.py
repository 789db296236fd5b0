"""The chatbot on the command line: `ask`, `chat`, `serve`, `password`, `static`."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from chatbot.contacts import load_numbers
from chatbot.contract import answer_lines
from chatbot.conversation import Conversation
from chatbot.effective import effective_lines, load_settings, unknown_variables
from chatbot.messages import say
from chatbot.opening import Mode, Opened, in_one_line, open_chatbot, open_safety_only
from chatbot.passwords import Password, problem_of
from chatbot.reply import Reply, Urgent, citations_of
from chatbot.safety_only import SafetyOnly
from chatbot.settings import Settings
from chatbot.templates import DEFAULT_LANGUAGE, Templates, foot_of, page_list, templates_in
from chatbot.versions import versions
from chatbot.web import garbage, gradio_stubs
from chatbot.web.down import Place, down_page
from chatbot.web.languages import TAGS
from corpus.configuration import CONFIG_VARIABLE, ConfigurationError
from corpus.errors import GuideError
from corpus.progress_bar import progress_bar
from corpus.source import open_source

cli = typer.Typer(help=say("help", "cli"), no_args_is_help=True, add_completion=False)

Config = Annotated[Path | None, typer.Option(help=say("help", "config"), show_default=False)]
ShowConfig = Annotated[bool, typer.Option("--show-config", help=say("help", "show_config"))]

Original = Annotated[Path | None, typer.Option(help=say("help", "original"), show_default=False)]
Edition = Annotated[bool, typer.Option("--edition", help=say("help", "edition"))]
Model = Annotated[
    str | None,
    typer.Option(help=say("help", "model")),
]
NoRebuild = Annotated[bool, typer.Option("--no-rebuild", help=say("help", "no_rebuild"))]


@cli.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    config: Config = None,
    show_config: ShowConfig = False,
    version: Annotated[bool, typer.Option("--version", help=say("help", "version"))] = False,
) -> None:
    """Take what goes before every command."""
    if config is not None:
        os.environ[CONFIG_VARIABLE] = str(config)
    if version:
        typer.echo("\n".join(map(str, versions())))
    elif show_config:
        print_settings()
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())
    if version or show_config:
        raise typer.Exit


def settings_or_leave(**given: object) -> Settings:
    """Return the settings, or leave with a sentence for each that is wrong and status 2."""
    try:
        return load_settings(**given)
    except ConfigurationError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def print_settings(**given: object) -> None:
    """Print the settings in force, or leave with a sentence for each that is wrong."""
    settings_or_leave(**given)
    typer.echo("\n".join(effective_lines(**given)))
    for sentence in unknown_variables():
        typer.echo(sentence, err=True)


def open_for(original: Path | None, edition: bool, model: str | None, no_rebuild: bool) -> Opened:
    """Return the chatbot that the options choose, or leave with a sentence and status 1 or 2."""
    settings = settings_or_leave()
    if edition and original is not None:
        typer.echo(say("cli", "one_source"), err=True)
        raise typer.Exit(2)
    try:
        safety = SafetyOnly(team=settings.team)
    except Exception as error:
        raise leave_with_numbers(error) from error
    try:
        source = open_source(None if edition else original or settings.original)
    except GuideError as error:
        typer.echo(str(error), err=True)
        if not edition and (original or settings.original):
            raise typer.Exit(1) from error
        return _told(open_safety_only(error, safety))
    with progress_bar(
        say("opening", "building"), while_opening=say("opening", "opening")
    ) as progress:
        try:
            opened = open_chatbot(
                source,
                model=model or settings.model,
                rebuild=not no_rebuild,
                team=settings.team,
                kind=settings.store_kind,
                say=lambda sentence: typer.echo(sentence, err=True),
                progress=progress,
            )
        except Exception as error:  # noqa: BLE001 - whatever is broken, signs are recognised
            opened = open_safety_only(error, safety)
            typer.echo(opened.reasons[0], err=True)
    return _told(opened)


def numbers_after(error: Exception) -> str:
    """Return whom to call where there is no reply at all; the log is told why."""
    typer.echo(in_one_line(error), err=True)
    templates = templates_in(DEFAULT_LANGUAGE)
    return templates.say("out_of_scope", "no_guide", **load_numbers())


def leave_with_numbers(error: Exception) -> typer.Exit:
    """Say whom to call, and return what ends the program with status 1."""
    typer.echo(numbers_after(error))
    return typer.Exit(1)


def _told(opened: Opened) -> Opened:
    """Return what was opened, once it is said what it cannot do."""
    if opened.mode is not Mode.FULL:
        typer.echo(opened.chatbot.templates.say("mode", opened.mode.value), err=True)
    return opened


def _leave(opened: Opened) -> None:
    """End with status 1 where signs alone were recognised: no guide could be loaded."""
    if opened.mode is Mode.SAFETY_ONLY:
        raise typer.Exit(1)


@cli.command(help=say("help", "ask"))
def ask(
    question: Annotated[str | None, typer.Argument(help=say("help", "ask_question"))] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help=say("help", "ask_jsonl"))] = False,
    original: Original = None,
    edition: Edition = False,
    model: Model = None,
    no_rebuild: NoRebuild = False,
) -> None:
    """Answer a question, or conversations line by line."""
    if jsonl == (question is not None):
        typer.echo(say("cli", "question_or_jsonl"), err=True)
        raise typer.Exit(2)
    opened = open_for(original, edition, model, no_rebuild)
    chatbot = opened.chatbot
    if question is not None:
        try:
            said = reply_for_person(chatbot.reply(question).reply, chatbot.templates)
        except Exception as error:
            raise leave_with_numbers(error) from error
        typer.echo(said)
        _leave(opened)
        return
    todo = lines_in(sys.stdin.buffer)
    with progress_bar(say("cli", "answering")) as progress:
        for done, line in enumerate(answer_lines(chatbot, sys.stdin.buffer), start=1):
            sys.stdout.buffer.write(line.encode() + b"\n")
            sys.stdout.buffer.flush()
            progress(done, todo)
    _leave(opened)


def lines_in(stream: BinaryIO) -> int:
    """Return how many lines a file holds, for a bar beside its answers; 0 where none is drawn.

    A stream cannot be counted, and on a terminal the answers themselves show how it goes.
    """
    if not stream.seekable() or sys.stdout.isatty():
        return 0
    start = stream.tell()
    count = sum(1 for _ in stream)
    stream.seek(start)
    return count


@cli.command(help=say("help", "chat"))
def chat(
    original: Original = None,
    edition: Edition = False,
    model: Model = None,
    no_rebuild: NoRebuild = False,
) -> None:
    """Talk in the terminal."""
    opened = open_for(original, edition, model, no_rebuild)
    chatbot = opened.chatbot
    page = partial(chatbot.templates.say, "page")
    greeting = "\n".join(map(page, ("hello", "not_a_doctor", "emergency")))
    typer.echo(greeting.replace("\u200b", ""))  # where a line may end on the page
    conversation = Conversation()
    while True:
        try:
            question = input(f"\n{page('question_label')} ")
        except (EOFError, KeyboardInterrupt):
            typer.echo("")
            _leave(opened)
            return
        try:
            turn = chatbot.reply(question, conversation)
            conversation, said = turn.conversation, reply_for_person(turn.reply, chatbot.templates)
        except Exception as error:  # noqa: BLE001 - the next question may go better
            said = numbers_after(error)
        typer.echo("\n" + said)


@cli.command(help=say("help", "serve"))
def serve(
    host: Annotated[str | None, typer.Option(help=say("help", "serve_host"))] = None,
    port: Annotated[int | None, typer.Option(help=say("help", "serve_port"))] = None,
    original: Original = None,
    model: Model = None,
    kiosk: Annotated[bool | None, typer.Option("--kiosk", help=say("help", "serve_kiosk"))] = None,
    show_config: ShowConfig = False,
) -> None:
    """Serve the page."""
    given = {"host": host, "port": port, "original": original, "model": model, "kiosk": kiosk}
    if show_config:
        print_settings(**given)
        return
    settings = settings_or_leave(**given)
    garbage.hold()  # before the imports, which make most of what stays
    gradio_stubs.leave_out()
    from chatbot.web.server import run_server

    raise typer.Exit(run_server(settings))


@cli.command(help=say("help", "password"))
def password() -> None:
    """Print the hash of a password that is typed, or read from standard input."""
    if sys.stdin.isatty():
        prompt, again = say("help", "password_prompt"), say("help", "password_again")
        plain = typer.prompt(prompt, hide_input=True, confirmation_prompt=again)
    else:
        plain = sys.stdin.readline().rstrip("\r\n")
    problem = problem_of(plain)
    if problem:
        typer.echo(problem, err=True)
        raise typer.Exit(2)
    typer.echo(str(Password.of(plain)))


@cli.command(help=say("help", "static"))
def static(
    output: Annotated[Path, typer.Option(help=say("help", "static_output"))],
    language: Annotated[str, typer.Option(help=say("help", "static_language"))] = DEFAULT_LANGUAGE,
) -> None:
    """Write the page that shows when everything else is down."""
    if language not in TAGS:
        typer.echo(say("cli", "unknown_language", language=language), err=True)
        raise typer.Exit(2)
    page = down_page(Place.of(settings_or_leave()), language)
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        typer.echo(say("cli", "cannot_write", path=output, reason=error.strerror), err=True)
        raise typer.Exit(1) from error


def reply_for_person(reply: Reply, templates: Templates) -> str:
    """Return a reply as it is read in a terminal."""
    parts: list[str] = [reply.text]
    for citation in citations_of(reply):
        where = f"{citation.passage.section}｜{templates.whose_words(citation.passage)}"
        if citation.pages:
            where = (
                templates.say("page", "source_button", pages=page_list(citation.pages))
                + f"｜{where}"
            )
        publisher = templates.publisher_beside(citation.passage)
        parts.append(
            f"[{citation.number}] 「{citation.quote}」\n    {where}"
            + (f"\n    {publisher}" if publisher else "")
        )
    if isinstance(reply, Urgent):
        parts[1:1] = [f"{dial.number}  {dial.label}" for dial in reply.dials]
    elif citations_of(reply):
        parts.append(foot_of(reply.text))
    if reply.suggestions:
        label = templates.say("page", "related")
        parts.append("\n".join([f"{label}：", *(f"  - {s}" for s in reply.suggestions)]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    cli()
