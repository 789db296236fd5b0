"""Read a Markdown file of entries: the form that edition and not-in-guide topics share.

`# title`, then for each entry `## heading`, a list of fields (`- 名稱：值`, some with a nested
list), paragraphs, and questions under one small heading for each language. What does not fit is
reported with file and line, and reading goes on, so that an editor sees all mistakes at once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from corpus.markdown_blocks import Block, content_of, read_blocks
from corpus.messages import say
from corpus.passage import Language

QUESTION_HEADINGS = {
    "台灣問法": Language.TAIWAN,
    "简体问法": Language.MAINLAND,
    "香港問法": Language.HONG_KONG,
    "English": Language.ENGLISH,
}
COLON = "："


@dataclass
class Entry:
    """One entry as it stands in its file, not yet checked for sense."""

    line: int
    heading: str
    fields: dict[str, str] = field(default_factory=dict)
    nested: dict[str, dict[str, str]] = field(default_factory=dict)
    paragraphs: list[str] = field(default_factory=list)
    questions: dict[Language, tuple[str, ...]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The paragraphs, joined."""
        return "\n".join(self.paragraphs)


class EntryFile:
    """A file's title and entries, and the problems met on the way."""

    def __init__(
        self, path: Path, field_names: Collection[str], nested_names: Collection[str] = ()
    ) -> None:
        self.path = path
        self.title = ""
        self.entries: list[Entry] = []
        self.problems: list[str] = []
        self._field_names = field_names
        self._nested_names = nested_names
        self._language: Language | None = None
        self._fields_read = False
        self._read()

    def problem(self, line: int, sentence: str) -> None:
        """Note a mistake with its place."""
        self.problems.append(f"{self.path.name}:{line}: {sentence}")

    def _read(self) -> None:
        try:
            source = self.path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            self.problem(1, say("entries", "not_utf8"))
            return
        for block in read_blocks(source):
            self._read_block(block)
        if not self.title:
            self.problem(1, say("entries", "no_title"))
        if not self.entries:
            self.problem(1, say("entries", "no_entries"))
        for entry in self.entries:
            self._check_repeated_questions(entry)

    def _read_block(self, block: Block) -> None:
        line = block.line
        if block.type == "heading":
            self._read_heading(block, line)
        elif not self.entries:
            self.problem(line, say("entries", "before_entries"))
        elif block.type == "bullet_list" and self._language is not None:
            for below in (c for item in block.children for c in item.children):
                if below.type == "bullet_list":
                    self.problem(below.line, say("entries", "list_in_questions"))
            questions = tuple(content_of(item) for item in block.children)
            before = self.entries[-1].questions.get(self._language, ())
            self.entries[-1].questions[self._language] = before + questions
        elif block.type == "bullet_list" and not self._fields_read:
            self._read_fields(block)
        elif block.type == "paragraph" and self._language is None:
            self.entries[-1].paragraphs.append(content_of(block))
        else:
            self.problem(line, say("entries", "wrong_content", kind=block.type))

    def _read_heading(self, block: Block, line: int) -> None:
        text = content_of(block)
        if block.tag == "h1" and not self.title:
            self.title = text
        elif block.tag == "h2":
            self.entries.append(Entry(line, text))
            self._language = None
            self._fields_read = False
            if not text:
                self.problem(line, say("entries", "empty_heading"))
        elif block.tag == "h3" and self.entries and text in QUESTION_HEADINGS:
            self._language = QUESTION_HEADINGS[text]
            if self._language in self.entries[-1].questions:
                self.problem(line, say("entries", "small_heading_twice", text=text))
        else:
            allowed = "、".join(QUESTION_HEADINGS)
            self.problem(line, say("entries", "wrong_heading", text=text, allowed=allowed))

    def _read_fields(self, block: Block) -> None:
        self._fields_read = True
        entry = self.entries[-1]
        for item in block.children:
            name, colon, value = content_of(item).partition(COLON)
            if not colon or name not in self._field_names:
                allowed = "、".join(self._field_names)
                sentence = say("entries", "unknown_field", name=name, allowed=allowed)
                self.problem(item.line, sentence)
                continue
            if name in entry.fields:
                self.problem(item.line, say("entries", "field_twice", name=name))
            entry.fields[name] = value.strip()
            for sub in (s for c in item.children if c.type == "bullet_list" for s in c.children):
                self._read_nested(entry, name, sub)

    def _read_nested(self, entry: Entry, name: str, block: Block) -> None:
        key, colon, value = content_of(block).partition(COLON)
        values = entry.nested.setdefault(name, {})
        if name not in self._nested_names or not colon or key in values:
            self.problem(block.line, say("entries", "wrong_line", text=content_of(block)))
        values[key] = value.strip()

    def _check_repeated_questions(self, entry: Entry) -> None:
        asked = [question for questions in entry.questions.values() for question in questions]
        for question in sorted({q for q in asked if asked.count(q) > 1}):
            self.problem(entry.line, say("entries", "question_twice", question=question))
        if "" in asked:
            self.problem(entry.line, say("entries", "empty_question"))
