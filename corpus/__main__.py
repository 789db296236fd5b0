"""The corpus on the command line: `import`, `list`, `show`, and the editor's commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corpus.audit.commands import register
from corpus.errors import GuideError
from corpus.importing import import_guide, imported_guides, load_guide
from corpus.messages import say
from corpus.passage import Passage
from corpus.progress_bar import progress_bar
from corpus.source import open_source

cli = typer.Typer(help=say("help", "cli"), no_args_is_help=True, add_completion=False)


@cli.command("import", help=say("help", "import"))
def import_(
    file: Annotated[Path, typer.Argument(help=say("help", "import_file"))],
    title: Annotated[str, typer.Option(help=say("help", "import_title"))] = "",
) -> None:
    """Keep a guide."""
    reading = say("cli", "reading")
    try:
        with progress_bar(reading, while_opening=reading):
            imported = import_guide(file, title=title)
    except GuideError as error:
        typer.echo(say("cli", "not_imported", error=error), err=True)
        raise typer.Exit(1) from error
    guide = imported.guide
    pages = sorted({page for passage in guide.passages for page in passage.pages})
    typer.echo(say("cli", "imported", title=guide.title, guide_id=guide.guide_id))
    typer.echo(
        say(
            "cli",
            "parts",
            sections=len(guide.sections),
            passages=len(guide.passages),
            pages=len(pages),
        )
    )
    typer.echo(say("cli", "known") if imported.is_known else say("cli", "unknown"))
    typer.echo(say("cli", "how_to_ask", guide_id=guide.guide_id))


@cli.command("list", help=say("help", "list"))
def list_() -> None:
    """List imported guides."""
    for name in imported_guides():
        try:
            typer.echo(f"{name}\t{load_guide(name).title}")
        except GuideError as error:
            typer.echo(str(error), err=True)


@cli.command(help=say("help", "show"))
def show(
    passage_id: Annotated[str | None, typer.Argument(help=say("help", "show_id"))] = None,
    page: Annotated[int | None, typer.Option(help=say("help", "show_page"))] = None,
    word: Annotated[str | None, typer.Option(help=say("help", "show_word"))] = None,
    original: Annotated[
        Path | None, typer.Option(help=say("help", "show_original"), show_default=False)
    ] = None,
    questions: Annotated[
        bool, typer.Option("--questions", help=say("help", "show_questions"))
    ] = False,
) -> None:
    """Print passages."""
    try:
        guide = open_source(original).guide
    except GuideError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    found = [
        passage
        for passage in guide.passages
        if (passage_id is None or passage.passage_id == passage_id)
        and (page is None or page in passage.pages)
        and (word is None or word.casefold() in f"{passage.heading}{passage.text}".casefold())
    ]
    if not found:
        typer.echo(say("cli", "nothing_found"), err=True)
        raise typer.Exit(1)
    typer.echo("\n\n".join(_as_text(passage, with_questions=questions) for passage in found))


def _as_text(passage: Passage, *, with_questions: bool) -> str:
    where = say(
        "cli",
        "passage",
        passage_id=passage.passage_id,
        section=passage.section,
        pages="、".join(map(str, passage.pages)) or say("cli", "no_pages"),
        kind=passage.kind,
    )
    lines = [where, passage.heading, passage.text]
    if with_questions:
        lines += [
            f"  {language}：{question}"
            for language, asked in passage.questions.items()
            for question in asked
        ]
    return "\n".join(lines)


register(cli)

if __name__ == "__main__":
    cli()
