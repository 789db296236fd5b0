"""The chatbot on the command line: `ask`, `chat`, `serve`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from chatbot.contract import answer_lines
from chatbot.conversation import Conversation
from chatbot.opening import Mode, Opened, open_chatbot
from chatbot.reply import Reply, citations_of
from chatbot.settings import Settings
from chatbot.templates import Templates, page_list
from corpus.errors import GuideError
from corpus.source import open_source

cli = typer.Typer(
    help="從一份指南找出段落來回答，每一段都附頁碼。", no_args_is_help=True, add_completion=False
)

Original = Annotated[
    Path | None, typer.Option(help="改從這個檔案（或已匯入的指南名稱）回答。", show_default=False)
]
Edition = Annotated[bool, typer.Option("--edition", help="從內建的版本回答（預設）。")]
Model = Annotated[
    str | None,
    typer.Option(help="語意模型：default、none、sentence-transformers，或模型名稱、路徑。"),
]
NoRebuild = Annotated[bool, typer.Option("--no-rebuild", help="索引不能用時不重建，只用字詞比對。")]


def open_for(original: Path | None, edition: bool, model: str | None, no_rebuild: bool) -> Opened:
    """Return the chatbot that the options choose, or leave with a sentence and status 1 or 2."""
    settings = Settings()
    if edition and original is not None:
        typer.echo("--edition 和 --original 只能選一個。", err=True)
        raise typer.Exit(2)
    try:
        source = open_source(None if edition else original or settings.original)
    except GuideError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("建立索引", total=None, visible=False)
        opened = open_chatbot(
            source,
            model=model or settings.model,
            rebuild=not no_rebuild,
            say=lambda sentence: typer.echo(sentence, err=True),
            progress=lambda done, todo: bar.update(
                task, completed=done, total=todo, visible=done < todo
            ),
        )
    if opened.mode is Mode.WORDS_ONLY:
        typer.echo(opened.chatbot.templates.say("mode", "words_only"), err=True)
    return opened


@cli.command(help="回答一個問題；加 --jsonl 則一行一個對話。")
def ask(
    question: Annotated[str | None, typer.Argument(help="問題。")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="從標準輸入一行讀一個 JSON 物件，一行寫一個。")
    ] = False,
    original: Original = None,
    edition: Edition = False,
    model: Model = None,
    no_rebuild: NoRebuild = False,
) -> None:
    """Answer a question, or conversations line by line."""
    if jsonl == (question is not None):
        typer.echo("請給一個問題，或用 --jsonl 從標準輸入讀。", err=True)
        raise typer.Exit(2)
    chatbot = open_for(original, edition, model, no_rebuild).chatbot
    if question is not None:
        typer.echo(reply_for_person(chatbot.reply(question).reply, chatbot.templates))
        return
    for line in answer_lines(chatbot, sys.stdin.buffer):
        sys.stdout.buffer.write(line.encode() + b"\n")
        sys.stdout.buffer.flush()


@cli.command(help="在終端機裡一問一答；按 Ctrl-D 結束。")
def chat(
    original: Original = None,
    edition: Edition = False,
    model: Model = None,
    no_rebuild: NoRebuild = False,
) -> None:
    """Talk in the terminal."""
    chatbot = open_for(original, edition, model, no_rebuild).chatbot
    say = chatbot.templates.say
    typer.echo(f"{say('page', 'hello')}\n{say('page', 'not_a_doctor')}\n{say('page', 'emergency')}")
    conversation = Conversation()
    while True:
        try:
            question = input(f"\n{say('page', 'question_label')} ")
        except (EOFError, KeyboardInterrupt):
            typer.echo("")
            return
        turn = chatbot.reply(question, conversation)
        conversation = turn.conversation
        typer.echo("\n" + reply_for_person(turn.reply, chatbot.templates))


@cli.command(help="開啟問答網頁。")
def serve(
    host: Annotated[str | None, typer.Option(help="服務的位址。")] = None,
    port: Annotated[int | None, typer.Option(help="服務的連接埠。")] = None,
    original: Original = None,
    model: Model = None,
) -> None:
    """Serve the page."""
    from chatbot.web.server import run_server

    given = {"host": host, "port": port, "original": original, "model": model}
    settings = Settings().model_copy(update={k: v for k, v in given.items() if v is not None})
    raise typer.Exit(run_server(settings))


def reply_for_person(reply: Reply, templates: Templates) -> str:
    """Return a reply as it is read in a terminal."""
    parts = [reply.text]
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
    if citations_of(reply):
        parts.append(templates.say("answer", "foot"))
    if reply.suggestions:
        label = templates.say("page", "related")
        parts.append("\n".join([f"{label}：", *(f"  - {s}" for s in reply.suggestions)]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    cli()
