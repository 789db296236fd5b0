"""The evaluation on the command line: one command for each question."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from corpus.source import open_source
from evals.case import CaseError
from evals.run import RESULTS, cases_to_check, run_edition, run_original, run_twins
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
def twins(
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
) -> None:
    """Ask the test cases in other guises; the replies must stay the same."""
    typer.echo(run_twins(model))


@cli.command()
def report(
    rows: Annotated[Path, typer.Option(help="The rows that a run wrote.")] = RESULTS
    / "edition.jsonl",
    previous: Annotated[
        Path | None, typer.Option(help="The rows to compare with; else those kept beside.")
    ] = None,
    twins: Annotated[Path, typer.Option(help="The rows of `twins`.")] = RESULTS / "twins.jsonl",
    output: Annotated[Path, typer.Option(help="Where to write it.")] = RESULTS / "report.html",
) -> None:
    """Write the last run as one HTML page: figures, every miss, what changed."""
    from evals.html_report import ReportError, write_report

    try:
        write_report(rows, previous, twins, output)
    except ReportError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(str(output))


@cli.command()
def ladder(
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
) -> None:
    """Show what each part of the edition pays."""
    from evals.ladder import run_ladder
    from index.models import load_encoder

    typer.echo(run_ladder(open_source(), load_encoder(model)))


@cli.command()
def load(
    minutes: Annotated[float, typer.Option(help="How long each crowd asks.")] = 10.0,
    soak: Annotated[float, typer.Option(help="Instead: use it for so many minutes.")] = 0.0,
    users: Annotated[list[int] | None, typer.Option(help="How many people ask.")] = None,
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
) -> None:
    """Drive a server of its own with many people, a burst, or for long; on Linux."""
    from evals.load import CROWDS, DOCUMENT, load_table, run_load, run_soak, server, soak_sentence
    from evals.load import write_results as keep
    from evals.written import replace_figures

    with server(model) as (address, pid):
        if soak:
            worn = run_soak(address, pid, minutes=soak)
            keep([], worn)
            name, figures = "soak", soak_sentence(worn)
        else:
            told = run_load(address, seconds=minutes * 60, users=users or CROWDS)
            keep(told, None)
            name, figures = "load", load_table(told, minutes * 60)
    replace_figures(DOCUMENT, name, figures)
    typer.echo(figures)


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
    from evals.bank import taught_messages
    from evals.conversation_case import conversation_messages
    from evals.near_duplicates import bank_of, near_duplicates, near_messages
    from evals.several_case import several_messages
    from evals.triage_case import triage_messages

    source = open_source()
    try:
        cases = cases_to_check()
    except CaseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    bank = bank_of(source.guide, source.topics)
    several = several_messages()
    found = near_duplicates(cases, bank) + near_messages(several, bank)
    messages = [*triage_messages(), *conversation_messages()]
    found += near_messages(messages, taught_messages())
    for near in found:
        typer.echo(
            f"{near.case_id}: {near.similarity:.0f} % {near.question} ~ {near.bank_question}"
        )
    total = len(cases) + len(several) + len(messages)
    typer.echo(f"{total} cases, {len(found)} too near to a bank.")
    raise typer.Exit(1 if found else 0)


@cli.command()
def triage(
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
    curve: Annotated[bool, typer.Option(help="Add the learning curve.")] = False,
) -> None:
    """Show how signs, look-alikes and requests are told apart."""
    from chatbot.opening import open_chatbot, open_words_only
    from evals.triage import reliability, run_curve, run_triage

    source = open_source()
    chatbot = open_chatbot(source, model=model).chatbot
    for split in ("dev", "test"):
        typer.echo(run_triage(chatbot, split) + "\n")
    typer.echo("# By words alone\n\n" + run_triage(open_words_only(source).chatbot, "test") + "\n")
    typer.echo("## Reliability of the second net (test)\n\n" + reliability(chatbot, "test") + "\n")
    if curve:
        typer.echo("## Learning curve of the second net (test)\n")
        run_curve(typer.echo)


@cli.command()
def conversations(
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
    misses: Annotated[bool, typer.Option(help="Show what was missed.")] = False,
) -> None:
    """Hold the written conversations and judge every turn."""
    from chatbot.opening import open_chatbot
    from evals.conversations import run_conversations

    chatbot = open_chatbot(open_source(), model=model).chatbot
    for split in ("dev", "test"):
        typer.echo(run_conversations(chatbot, split, misses=misses) + "\n")


@cli.command()
def several(
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
    misses: Annotated[bool, typer.Option(help="Show what was missed.")] = False,
) -> None:
    """Ask the messages that ask several things, and judge each thing."""
    from chatbot.opening import open_chatbot
    from evals.several import run_several

    chatbot = open_chatbot(open_source(), model=model).chatbot
    for split in ("dev", "test"):
        typer.echo(run_several(chatbot, split, misses=misses) + "\n")


@cli.command()
def fuzz(
    conversations: Annotated[int, typer.Option(help="How many to hold.", min=1)] = 10_000,
    seed: Annotated[int, typer.Option(help="What they are drawn by.")] = 0,
    model: Annotated[str, typer.Option(help="The encoder, or `none`.")] = "none",
) -> None:
    """Hold generated conversations and take every reply apart."""
    from chatbot.opening import open_chatbot
    from evals.fuzz import fuzz as run_fuzz

    logging.disable(logging.CRITICAL)
    result = run_fuzz(
        open_chatbot(open_source(), model=model).chatbot, conversations, seed, typer.echo
    )
    typer.echo(str(result))
    raise typer.Exit(1 if result.faults else 0)


@cli.command()
def train(
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
) -> None:
    """Train the models of triage, decisions and refusing; writes chatbot/weights/."""
    from chatbot.opening import open_chatbot
    from evals.train import train as train_all
    from index.models import load_encoder

    source = open_source()
    index = open_chatbot(source, model=model, say=typer.echo).chatbot.index
    train_all(source, load_encoder(model), index, typer.echo)


@cli.command()
def tune(
    pack: Annotated[
        Path | None, typer.Option(help="Only write what is needed to learn elsewhere, here.")
    ] = None,
    learnt: Annotated[
        list[Path] | None,
        typer.Option(help="Take what was learnt elsewhere from this file, or the mean of several."),
    ] = None,
) -> None:
    """Teach the encoder's upper layers by the banks; writes index/e5_adapter.npz."""
    from evals.tuning.tune import pack as write_pack
    from evals.tuning.tune import take_learnt
    from evals.tuning.tune import tune as tune_encoder

    if pack is not None:
        write_pack(open_source(), pack)
    elif learnt:
        take_learnt(learnt)
    else:
        tune_encoder(open_source(), typer.echo)


@cli.command()
def deliver() -> None:
    """Write the vectors that come with the product (index/edition_vectors.npz)."""
    from evals.deliver import deliver_vectors
    from index.models import load_encoder

    typer.echo(f"{deliver_vectors(open_source(), load_encoder())} vectors.")


@cli.command()
def tuned() -> None:
    """Show what the adapter pays, by cosines alone: ten minutes."""
    from evals.tuning.paid import run_paid

    run_paid(open_source(), typer.echo)


@cli.command()
def peers(
    original: Annotated[
        Path | None, typer.Option(help="The raw guide, for all that is not our edition.")
    ] = None,
    model: Annotated[str, typer.Option(help="The encoder, by name or path.")] = DEFAULT_MODEL,
) -> None:
    """Run haystack, txtai and llama-index beside ours, each in an environment of its own."""
    from corpus.errors import ImportRefused
    from evals.peers.environment import PeerUnavailable
    from evals.peers.run import ParityBroken, run_peers

    try:
        report = run_peers(original, model, lambda line: typer.echo(line, err=True))
    except (PeerUnavailable, ParityBroken, ImportRefused) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(report)


@cli.command()
def growth(
    most: Annotated[int, typer.Option(help="The most passages, a power of ten.")] = 1_000_000,
    stores: Annotated[str, typer.Option(help="Which stores.")] = "exact,hnsw,milvus",
    whole: Annotated[
        int, typer.Option(help="Up to how many passages the whole search is measured.")
    ] = 100_000,
    kept: Annotated[
        Path | None, typer.Option(help="Keep what was built here, and measure that again.")
    ] = None,
) -> None:
    """Measure search from 10^3 to 10^6 passages made from the edition, store by store."""
    from evals.growth.run import SIZES, run_growth

    sizes = [size for size in SIZES if size <= most]
    names = stores.split(",")
    typer.echo(run_growth(sizes, names, lambda line: typer.echo(line, err=True), kept, whole))


@cli.command()
def plan(
    passages: Annotated[int, typer.Option(help="How many passages.", min=1_000)] = 1_000_000,
    rate: Annotated[float, typer.Option(help="Questions a second.", min=0.01)] = 1_000,
) -> None:
    """Plan a service from the last results of `bench` and `growth`."""
    from evals.growth.plan import NotMeasured, run_plan

    try:
        typer.echo(run_plan(passages, rate))
    except NotMeasured as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem


@cli.command()
def bench() -> None:
    """Measure speed, memory and starting; writes docs/benchmark.md."""
    from evals.bench import run_bench

    typer.echo(run_bench(lambda line: typer.echo(line, err=True)))


@cli.command()
def access(
    states: Annotated[list[str] | None, typer.Argument(help="Which states; else all.")] = None,
) -> None:
    """Show how accessible the page is in every state, window, size and contrast."""
    import tempfile

    from evals.page.access import run_access

    with tempfile.TemporaryDirectory() as folder:
        table, is_clean = run_access(states or (), Path(folder), typer.echo)
    typer.echo("\n" + table)
    raise typer.Exit(0 if is_clean else 1)


@cli.command()
def contrast() -> None:
    """Show the contrast of the page's colours."""
    from evals.page.contrast import contrast_table

    typer.echo(contrast_table())


@cli.command()
def page(
    model: Annotated[str, typer.Option(help="The encoder, or `none`.")] = DEFAULT_MODEL,
) -> None:
    """Show what the page weighs and how soon an answer is seen, beside an empty Gradio page."""
    from evals.page.cost import run_cost

    report, is_light = run_cost(model, lambda line: typer.echo(line, err=True))
    typer.echo(report)
    raise typer.Exit(0 if is_light else 1)


@cli.command()
def picture(
    states: Annotated[list[str] | None, typer.Argument(help="Which states; else all.")] = None,
    output: Annotated[Path, typer.Option(help="Where to write the picture.")] = Path(
        "docs/page.png"
    ),
    folder: Annotated[
        Path | None, typer.Option(help="Write every state here, in each window and size.")
    ] = None,
    model: Annotated[str, typer.Option(help="The encoder, or `none`.")] = DEFAULT_MODEL,
) -> None:
    """Take the README's picture, or pictures of every state."""
    from evals.page.picture import take_picture, take_pictures

    if folder is None:
        take_picture(output, model)
    else:
        take_pictures(states or (), folder, model, typer.echo)


if __name__ == "__main__":
    cli()
