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
from index.models import DEFAULT_MODEL, load_encoder
from index.store import IndexStore

cli = typer.Typer(help="建立和檢查搜尋索引。", no_args_is_help=True, add_completion=False)

Original = Annotated[
    Path | None, typer.Option(help="改用這個檔案（或已匯入的指南名稱）。", show_default=False)
]
Model = Annotated[str, typer.Option(envvar="BONEHEALTH_MODEL", help="語意模型的名稱或路徑。")]


@cli.command(help="建立索引，完成後才換上；舊的留著一份。")
def build(
    original: Original = None,
    model: Model = DEFAULT_MODEL,
    if_needed: Annotated[bool, typer.Option("--if-needed", help="已是最新就不重建。")] = False,
) -> None:
    """Build the index and switch to it."""
    source, encoder, store = _prepare(original, model)
    start = time.perf_counter()
    if if_needed:
        try:
            store.load(source.guide, source.topics, encoder)
        except IndexProblem as problem:
            typer.echo(f"{problem}。重新建立中……", err=True)
        else:
            typer.echo("索引已是最新。")
            return
    console = Console(stderr=True)
    try:
        with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("計算向量", total=None)
            index = store.build(
                source.guide,
                source.topics,
                encoder,
                lambda done, todo: bar.update(task, completed=done, total=todo),
            )
    except OSError as error:
        typer.echo(f"無法寫入 {store.folder}：{error.strerror}。舊的索引沒有改變。", err=True)
        raise typer.Exit(1) from error
    typer.echo(
        f"索引建好了：{len(source.guide.passages)} 個段落、{len(source.topics)} 個指南外的主題、"
        f"{len(index.keys)} 個鍵，{time.perf_counter() - start:.1f} 秒。"
    )


@cli.command(help="檢查索引是否完整、是否和現在的內容與模型相符。")
def verify(original: Original = None, model: Model = DEFAULT_MODEL) -> None:
    """Check that the index is whole and fits text and model."""
    source, encoder, store = _prepare(original, model)
    try:
        store.load(source.guide, source.topics, encoder)
    except IndexProblem as problem:
        typer.echo(f"{problem}。請執行 python -m index build。", err=True)
        raise typer.Exit(1) from problem
    typer.echo(f"索引完整，可以使用：{store.current()}")


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
