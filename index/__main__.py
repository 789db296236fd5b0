"""The index on the command line: `build` and `verify`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from corpus.configuration import ConfigurationError, configured
from corpus.errors import GuideError
from corpus.progress_bar import progress_bar
from corpus.source import Source, open_source
from index.encoder import Encoder
from index.errors import EncoderUnavailable, IndexProblem
from index.messages import say
from index.models import DEFAULT_MODEL, load_encoder
from index.store import IndexStore
from index.store_choice import StoreName, store_kind

cli = typer.Typer(help=say("help", "cli"), no_args_is_help=True, add_completion=False)

Original = Annotated[Path | None, typer.Option(help=say("help", "original"), show_default=False)]
Model = Annotated[str | None, typer.Option(help=say("help", "model"), show_default=False)]
Store = Annotated[StoreName | None, typer.Option(help=say("help", "store"), show_default=False)]
Uri = Annotated[str | None, typer.Option(help=say("help", "uri"), show_default=False)]


@cli.command(help=say("help", "build"))
def build(
    original: Original = None,
    model: Model = None,
    store: Store = None,
    milvus_uri: Uri = None,
    if_needed: Annotated[
        bool, typer.Option("--if-needed", help=say("help", "build_if_needed"))
    ] = False,
) -> None:
    """Build the index and switch to it."""
    source, encoder, indexes = _prepare(original, model, store, milvus_uri)
    start = time.perf_counter()
    if if_needed:
        try:
            indexes.load(source.guide, source.topics, encoder)
        except IndexProblem as problem:
            typer.echo(say("cli", "rebuilding", problem=problem), err=True)
        else:
            typer.echo(say("cli", "up_to_date"))
            return
    try:
        with progress_bar(say("cli", "encoding"), while_opening=say("cli", "opening")) as progress:
            index = indexes.build(source.guide, source.topics, encoder, progress)
    except IndexProblem as problem:
        typer.echo(say("cli", "cannot_build", problem=problem), err=True)
        raise typer.Exit(1) from problem
    except OSError as error:
        sentence = say("cli", "cannot_write", folder=indexes.folder, reason=error.strerror)
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
def verify(
    original: Original = None,
    model: Model = None,
    store: Store = None,
    milvus_uri: Uri = None,
) -> None:
    """Check that the index is whole and fits text and model."""
    source, encoder, indexes = _prepare(original, model, store, milvus_uri)
    try:
        indexes.load(source.guide, source.topics, encoder)
    except IndexProblem as problem:
        typer.echo(say("cli", "how_to_mend", problem=problem), err=True)
        raise typer.Exit(1) from problem
    typer.echo(say("cli", "whole", folder=indexes.current()))


def _prepare(
    original: Path | None, model: str | None, store: StoreName | None, uri: str | None
) -> tuple[Source, Encoder, IndexStore]:
    """Open what the options name, else what is set, else the edition and the default model."""
    try:
        chosen = original or configured("original")
        source = open_source(Path(chosen) if chosen else None)
        encoder = load_encoder(model or configured("model") or DEFAULT_MODEL)
        kind = store_kind(
            store or configured("store") or StoreName.EXACT,
            uri or configured("milvus_uri") or "",
            configured("milvus_token") or "",
        )
    except (ConfigurationError, GuideError, EncoderUnavailable, IndexProblem) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    return source, encoder, IndexStore.of(source.guide, encoder, kind=kind)


if __name__ == "__main__":
    cli()
