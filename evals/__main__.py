"""The evaluation on the command line: `run`, `ladder`, `confusion`, `gates`, `check`, `bench`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corpus.source import open_source
from evals.case import CaseError
from evals.run import cases_to_check, run_edition, run_original
from index.models import DEFAULT_MODEL

cli = typer.Typer(help="Measure the product.", no_args_is_help=True, add_completion=False)


@cli.command()
def run(
    original: Annotated[
        Path | None, typer.Option(help="Measure on this raw guide, beside the peer.")
    ] = None,
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
) -> None:
    """Run the cases; rows go to evals/results/."""
    typer.echo(run_original(original, model) if original else run_edition(model))


@cli.command()
def ladder(
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
) -> None:
    """Show what each part of the edition pays."""
    from evals.ladder import run_ladder
    from index.models import load_encoder

    typer.echo(run_ladder(open_source(), load_encoder(model)))


@cli.command()
def confusion(
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
) -> None:
    """Show which questions of the bank lead to another passage."""
    from evals.confusion import run_confusion
    from index.models import load_encoder

    typer.echo(run_confusion(open_source(), load_encoder(model)))


@cli.command()
def gates(
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
) -> None:
    """Show what each threshold of refusing does."""
    from chatbot.opening import open_chatbot
    from evals.gates import run_gates

    typer.echo(run_gates(open_chatbot(open_source(), model=model).chatbot.index))


@cli.command()
def check() -> None:
    """Refuse cases that are near-duplicates of the bank."""
    from evals.near_duplicates import bank_of, near_duplicates

    source = open_source()
    try:
        cases = cases_to_check()
    except CaseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    found = near_duplicates(cases, bank_of(source.guide, source.topics))
    for near in found:
        typer.echo(
            f"{near.case_id}: {near.similarity:.0f} % {near.question} ~ {near.bank_question}"
        )
    typer.echo(f"{len(cases)} cases, {len(found)} too near to the bank.")
    raise typer.Exit(1 if found else 0)


@cli.command()
def bench() -> None:
    """Measure speed beside peers in the same run."""
    from evals.bench import run_bench

    typer.echo(run_bench())


if __name__ == "__main__":
    cli()
