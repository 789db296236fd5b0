"""The index on the command line: `build` and `verify`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from corpus.errors import GuideError
from corpus.source import Source, open_source
from index.encoder import Encoder
from index.errors import EncoderUnavailable, IndexProblem
from index.messages import say
from index.models import DEFAULT_MODEL, load_encoder
from index.store import IndexStore

cli = typer.Typer(help=say("help", "cli"), no_args_is_help=True, add_completion=False)

Original = Annotated[Path | None, typer.Option(help=say("help", "original"), show_default=False)]
Model = Annotated[str, typer.Option(envvar="BONEHEALTH_MODEL", help=say("help", "model"))]


@cli.command(help=say("help", "build"))
def build(
    original: Original = None,
    model: Model = DEFAULT_MODEL,
    if_needed: Annotated[
        bool, typer.Option("--if-needed", help=say("help", "build_if_needed"))
    ] = False,
) -> None:
    """Build the index and switch to it."""
    source, encoder, store = _prepare(original, model)
    start = time.perf_counter()
    if if_needed:
        try:
            store.load(source.guide, source.topics, encoder)
        except IndexProblem as problem:
            typer.echo(say("cli", "rebuilding", problem=problem), err=True)
        else:
            typer.echo(say("cli", "up_to_date"))
            return
    console = Console(stderr=True)
    try:
        with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(say("cli", "encoding"), total=None)
            index = store.build(
                source.guide,
                source.topics,
                encoder,
                lambda done, todo: bar.update(task, completed=done, total=todo),
            )
    except OSError as error:
        sentence = say("cli", "cannot_write", folder=store.folder, reason=error.strerror)
        typer.echo(sentence, err=True)
        raise typer.Exit(1) from error
    typer.echo(
        say(
            "cli",
            "built",
            passages=len(source.guide.passages),
            topics=len(source.topics),
            keys=len(index.keys),
            seconds=time.perf_counter() - start,
        )
    )


@cli.command(help=say("help", "verify"))
def verify(original: Original = None, model: Model = DEFAULT_MODEL) -> None:
    """Check that the index is whole and fits text and model."""
    source, encoder, store = _prepare(original, model)
    try:
        store.load(source.guide, source.topics, encoder)
    except IndexProblem as problem:
        typer.echo(say("cli", "how_to_mend", problem=problem), err=True)
        raise typer.Exit(1) from problem
    typer.echo(say("cli", "whole", folder=store.current()))


def _prepare(original: Path | None, model: str) -> tuple[Source, Encoder, IndexStore]:
    try:
        source = open_source(original)
        encoder = load_encoder(model)
    except (GuideError, EncoderUnavailable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    return source, encoder, IndexStore.of(source.guide, encoder)


if __name__ == "__main__":
    cli()
