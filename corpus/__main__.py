"""The corpus on the command line: `import`, `list`, `show`, and the editor's commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corpus.audit.commands import register
from corpus.errors import GuideError
from corpus.importing import import_guide, imported_guides, load_guide
from corpus.passage import Passage
from corpus.source import open_source

cli = typer.Typer(help="匯入指南、查看段落。", no_args_is_help=True, add_completion=False)


@cli.command("import", help="讀入一份指南，切成段落，存進使用者的資料夾。")
def import_(
    file: Annotated[Path, typer.Argument(help="出版者的 PDF 或文字檔。")],
    title: Annotated[str, typer.Option(help="指南的名稱（不填則用檔名）。")] = "",
) -> None:
    """Keep a guide."""
    try:
        imported = import_guide(file, title=title)
    except GuideError as error:
        typer.echo(f"沒有匯入：{error}", err=True)
        raise typer.Exit(1) from error
    guide = imported.guide
    pages = sorted({page for passage in guide.passages for page in passage.pages})
    typer.echo(f"匯入了「{guide.title}」，名稱 {guide.guide_id}。")
    typer.echo(f"{len(guide.sections)} 個章節、{len(guide.passages)} 個段落、{len(pages)} 頁。")
    typer.echo(
        "認得這份指南，頁碼依印刷頁。" if imported.is_known else "不是內建認得的指南，自動切段。"
    )
    typer.echo(f"從它回答：python -m chatbot ask --original {guide.guide_id} 「問題」")


@cli.command("list", help="列出匯入過的指南。")
def list_() -> None:
    """List imported guides."""
    for name in imported_guides():
        try:
            typer.echo(f"{name}\t{load_guide(name).title}")
        except GuideError as error:
            typer.echo(str(error), err=True)


@cli.command(help="依編號、頁碼或字詞列出段落；條件可以並用。")
def show(
    passage_id: Annotated[str | None, typer.Argument(help="段落的編號。")] = None,
    page: Annotated[int | None, typer.Option(help="印刷頁碼。")] = None,
    word: Annotated[str | None, typer.Option(help="內文或標題裡的字詞。")] = None,
    original: Annotated[
        Path | None, typer.Option(help="看這個檔案（或已匯入的指南名稱）。", show_default=False)
    ] = None,
    questions: Annotated[bool, typer.Option("--questions", help="也列出問法。")] = False,
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
        typer.echo("沒有符合的段落。", err=True)
        raise typer.Exit(1)
    typer.echo("\n\n".join(_as_text(passage, with_questions=questions) for passage in found))


def _as_text(passage: Passage, *, with_questions: bool) -> str:
    pages = "、".join(map(str, passage.pages)) or "無"
    lines = [f"{passage.passage_id}｜{passage.section}｜第 {pages} 頁｜{passage.kind}"]
    lines += [passage.heading, passage.text]
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
