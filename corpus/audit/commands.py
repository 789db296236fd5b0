"""The editor's commands: `audit`, `align`, `accept`, `review`, `sign`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from corpus.alignment import Alignment, load_alignment, save_alignment, suggest_alignment
from corpus.audit.accepted import Accepted, load_accepted, passage_hash, save_accepted
from corpus.audit.alone import audit_alone, readability
from corpus.audit.compared import compare_guide, differences
from corpus.audit.faults import try_faults
from corpus.audit.review_sheet import review_sheet
from corpus.audit.safety_desk import SafetyDesk, open_safety_desk
from corpus.audit.sign_offs import (
    SignOff,
    add_sign_offs,
    holding,
    load_sign_offs,
    read_sign_offs,
)
from corpus.edition import load_edition
from corpus.errors import GuideError
from corpus.importing import read_guide
from corpus.messages import say
from corpus.original import Sentence, sentences_of
from corpus.passage import Guide

Original = Annotated[Path, typer.Option(help=say("help", "original"), show_default=False)]
FAILED = 1
LEAST_CAUGHT = 0.995


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every command works on."""

    edition: Guide
    alignment: Alignment
    accepted: dict[str, Accepted]
    sign_offs: tuple[SignOff, ...]
    sentences: tuple[Sentence, ...]

    @property
    def signed(self) -> Mapping[str, SignOff]:
        """The signatures that hold, by passage id."""
        return holding(self.edition, self.sign_offs)


def _open(original: Path | None) -> _Desk:
    try:
        sentences = sentences_of(read_guide(original).guide) if original else ()
        accepted, sign_offs = load_accepted(), load_sign_offs()
        return _Desk(load_edition(), load_alignment(), accepted, sign_offs, sentences)
    except (GuideError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from error


def _open_safety(desk: _Desk) -> SafetyDesk:
    try:
        return open_safety_desk(desk.edition)
    except GuideError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from error


def audit(
    original: Annotated[
        Path | None, typer.Option(help=say("help", "audit_original"), show_default=False)
    ] = None,
    mutate: Annotated[int, typer.Option(help=say("help", "audit_mutate"), min=0)] = 0,
) -> None:
    """Check the edition, alone or beside the publisher's guide."""
    desk = _open(original)
    if original is None and mutate:
        typer.echo(say("audit", "mutate_needs_original"), err=True)
        raise typer.Exit(2)
    safety = _open_safety(desk)
    found = audit_alone(desk.edition, desk.alignment, desk.accepted)
    if original:
        found += compare_guide(desk.edition, desk.sentences, desk.alignment, desk.accepted)
    found = list(dict.fromkeys(found))
    for finding in found:
        typer.echo(str(finding))
    if original:
        typer.echo(say("audit", "compared", sentences=len(desk.sentences), file=original.name))
    figures = readability(desk.edition)
    typer.echo(
        say(
            "audit",
            "figures",
            passages=figures.passages,
            questions=figures.questions,
            median_text=figures.median_text,
            longest_text=figures.longest_text,
            mean_sentence=figures.mean_sentence,
            longest_sentence=figures.longest_sentence,
            signed=len(desk.signed),
            found=len(found),
        )
    )
    typer.echo(safety.figures())
    failed = bool(found)
    if mutate:
        failed |= not _print_faults(desk, mutate)
    raise typer.Exit(FAILED if failed else 0)


def _print_faults(desk: _Desk, count: int) -> bool:
    rows = try_faults(desk.edition, desk.sentences, desk.alignment, desk.accepted, count)
    typer.echo(say("audit", "faults_head") + "\n|---|---|---|---|")
    for row in rows:
        typer.echo(f"| {row.kind} | {row.count} | {row.by_facts} | {row.at_all} |")
        for passage_id in row.missed:
            typer.echo(say("audit", "fault_missed", kind=row.kind, passage_id=passage_id))
    total, caught = sum(r.count for r in rows), sum(r.at_all for r in rows)
    by_facts = sum(r.by_facts for r in rows)
    typer.echo(say("audit", "faults_total", total=total, by_facts=by_facts, caught=caught))
    return caught >= LEAST_CAUGHT * total


def align(
    original: Original, *, everything: Annotated[bool, typer.Option("--all")] = False
) -> None:
    """Suggest sentences for passages that have none yet (`--all`: for every one)."""
    desk = _open(original)
    suggested = suggest_alignment(desk.edition, desk.sentences)
    kept = {} if everything else desk.alignment.names
    save_alignment({key: kept.get(key) or value for key, value in suggested.items()})


def accept(
    original: Original,
    passage_ids: Annotated[list[str] | None, typer.Argument(help=say("help", "accept_ids"))] = None,
) -> None:
    """Accept what differs between passages, once they were read, and the publisher's sentences."""
    desk = _open(original)
    unknown = [name for name in passage_ids or () if name not in desk.edition.by_id]
    if unknown:
        typer.echo(say("audit", "no_passages", passage_ids="、".join(unknown)), err=True)
        raise typer.Exit(FAILED)
    by_name = {sentence.name: sentence for sentence in desk.sentences}
    accepted: dict[str, Accepted] = {}
    for passage in desk.edition.passages:
        name = passage.passage_id
        if passage_ids and name not in passage_ids:
            if name in desk.accepted:
                accepted[name] = desk.accepted[name]
            continue
        now = differences(passage, desk.alignment.sentences_of(passage, by_name))
        if now:
            accepted[name] = Accepted(passage_hash(passage), frozenset(map(str, now)))
    save_accepted(accepted)
    typer.echo(say("audit", "accepted", count=len(accepted)))


def review(
    original: Annotated[
        Path | None, typer.Option(help=say("help", "original"), show_default=False)
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help=say("help", "review_output"), show_default=False)
    ] = None,
    *,
    safety: Annotated[bool, typer.Option("--safety", help=say("help", "review_safety"))] = False,
) -> None:
    """Write the review sheet: of the edition beside the original, or of the safety texts."""
    if safety == (original is not None):
        typer.echo(say("audit", "which_sheet"), err=True)
        raise typer.Exit(2)
    desk = _open(original)
    if safety:
        safety_desk = _open_safety(desk)
        output = output or Path("safety-review.html")
        _write(safety_desk.sheet(), output)
        typer.echo(say("safety", "sheet_written", output=output, figures=safety_desk.figures()))
        return
    output = output or Path("review.html")
    _write(review_sheet(desk.edition, desk.sentences, desk.alignment, desk.signed), output)
    passages, signed = len(desk.edition.passages), len(desk.signed)
    typer.echo(say("audit", "sheet_written", output=output, passages=passages, signed=signed))


def _write(sheet: str, output: Path) -> None:
    try:
        output.write_text(sheet, encoding="utf-8")
    except OSError as error:
        typer.echo(say("audit", "cannot_write", output=output, reason=error.strerror), err=True)
        raise typer.Exit(FAILED) from error


def sign(
    file: Annotated[Path, typer.Argument(help=say("help", "sign_file"))],
    *,
    safety: Annotated[bool, typer.Option("--safety", help=say("help", "sign_safety"))] = False,
) -> None:
    """Keep the signatures that a reviewer made on a sheet."""
    desk = _open(None)
    safety_desk = _open_safety(desk) if safety else None
    try:
        new = read_sign_offs(file.read_text(encoding="utf-8-sig").splitlines(), file.name)
    except (OSError, UnicodeDecodeError, GuideError) as error:
        typer.echo(say("audit", "not_signed", error=error), err=True)
        raise typer.Exit(FAILED) from error
    if safety_desk is not None:
        held = safety_desk.sign(new)
        typer.echo(say("safety", "signed", count=len(held)))
    else:
        held = holding(desk.edition, new)
        add_sign_offs(held.values())
        typer.echo(say("audit", "signed", count=len(held)))
    lost = [sign_off.passage_id for sign_off in new if sign_off.passage_id not in held]
    if lost:
        typer.echo(say("audit", "text_changed", passage_ids="、".join(lost)), err=True)
        raise typer.Exit(FAILED)


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line of `corpus`."""
    cli.command(help=say("help", "audit"))(audit)
    cli.command(help=say("help", "align"))(align)
    cli.command(help=say("help", "accept"))(accept)
    cli.command(help=say("help", "review"))(review)
    cli.command(help=say("help", "sign"))(sign)
