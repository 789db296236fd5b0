"""Read the edition: Markdown files that a nurse can edit, checked rule by rule.

One file is one section; `docs/editing.md` describes the format. Loading reports every broken rule
with file and line.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from corpus.aspects import load_aspects
from corpus.entries import Entry, EntryFile
from corpus.errors import EditionError
from corpus.messages import say
from corpus.passage import Guide, Language, Passage, PassageKind, Section
from corpus.subjects import GENERAL, Subject, has_good_slots, load_subjects

EDITION_FOLDER = Path(str(files("corpus"))) / "edition"
EDITION_ID = "edition"
EDITION_TITLE = say("edition", "title")
LAST_PAGE = 35

ID, PAGES, KIND, SUBJECTS, ASPECTS, COMPANIONS = FIELDS = (
    "編號",
    "頁碼",
    "種類",
    "主題",
    "面向",
    "並列",
)
KINDS = {
    "敘述": PassageKind.PROSE,
    "列表": PassageKind.LIST,
    "表格": PassageKind.TABLE,
    "圖表": PassageKind.CHART,
    "詞彙": PassageKind.GLOSSARY,
    "總覽": PassageKind.OVERVIEW,
}
LEAST_QUESTIONS = {
    Language.TAIWAN: 8,
    Language.MAINLAND: 3,
    Language.HONG_KONG: 1,
    Language.ENGLISH: 3,
}
TEXT_LENGTH = (40, 160)
TEXT_LENGTHS = {PassageKind.OVERVIEW: (40, 280), PassageKind.GLOSSARY: (20, 160)}
STABLE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PAGE_LIST = re.compile(r"[0-9]+(、[0-9]+)*")


def load_edition(folder: Path = EDITION_FOLDER) -> Guide:
    """Return the edition, its sections in the order of their file names.

    Raises:
        EditionError: A rule is broken; every problem is listed with file and line.
    """
    paths = sorted(folder.glob("*.md"))
    if not paths:
        raise EditionError([say("edition", "no_files", folder=folder)])
    known_aspects = frozenset(load_aspects())
    subjects = load_subjects()
    sources = [EntryFile(path, FIELDS, nested_names=(ASPECTS,)) for path in paths]
    sections: list[Section] = []
    places: dict[str, str] = {}
    problems: list[str] = []
    for source in sources:
        for entry in source.entries:
            _check_entry(source, entry, known_aspects)
            _check_subjects(source, entry, subjects)
            _check_unique(source, entry, places)
        problems += source.problems
    if problems:
        raise EditionError(problems)
    for source in sources:
        passages = tuple(_passage(source.title, entry) for entry in source.entries)
        sections.append(Section(source.title, passages))
    guide = Guide(EDITION_ID, EDITION_TITLE, tuple(sections))
    _check_companions(guide, places)
    return guide


def _passage(section: str, entry: Entry) -> Passage:
    return Passage(
        passage_id=entry.fields[ID],
        section=section,
        pages=tuple(int(page) for page in entry.fields[PAGES].split("、")),
        kind=KINDS[entry.fields[KIND]],
        heading=entry.heading,
        text=entry.text,
        questions=entry.questions,
        aspects=entry.nested.get(ASPECTS, {}),
        companions=tuple(filter(None, entry.fields.get(COMPANIONS, "").split("、"))),
        subjects=tuple(entry.fields[SUBJECTS].split("、")),
    )


def _check_entry(source: EntryFile, entry: Entry, known_aspects: frozenset[str]) -> None:
    passage_id, line = entry.fields.get(ID, ""), entry.line
    if not STABLE_ID.fullmatch(passage_id):
        source.problem(line, say("edition", "bad_id", id=passage_id))
    _check_pages(source, entry)
    kind = KINDS.get(entry.fields.get(KIND, ""))
    if kind is None:
        source.problem(line, say("edition", "bad_kind", kinds="、".join(KINDS)))
    least, most = TEXT_LENGTHS.get(kind or PassageKind.PROSE, TEXT_LENGTH)
    if not least <= len(entry.text) <= most:
        length = len(entry.text)
        source.problem(line, say("edition", "text_length", length=length, least=least, most=most))
    if entry.text and entry.text[-1] not in "。！？":
        source.problem(line, say("edition", "text_end"))
    _check_aspects(source, entry, known_aspects)
    if kind is not PassageKind.GLOSSARY:
        for language, enough in LEAST_QUESTIONS.items():
            if len(entry.questions.get(language, ())) < enough:
                sentence = say("edition", "few_questions", language=language, enough=enough)
                source.problem(line, sentence)


def _check_aspects(source: EntryFile, entry: Entry, known_aspects: frozenset[str]) -> None:
    for aspect, words in entry.nested.get(ASPECTS, {}).items():
        if aspect not in known_aspects:
            source.problem(entry.line, say("edition", "unknown_aspect", aspect=aspect))
        elif not words or words not in entry.text:
            sentence = say("edition", "aspect_words", aspect=aspect, words=words)
            source.problem(entry.line, sentence)


def _check_subjects(source: EntryFile, entry: Entry, subjects: tuple[Subject, ...]) -> None:
    written = entry.fields.get(SUBJECTS, "").split("、")
    known = {subject.name for subject in subjects}
    for name in written:
        if name not in known and name != GENERAL:
            sentence = say("edition", "unknown_subject", name=name, general=GENERAL)
            source.problem(entry.line, sentence)
    if len(set(written)) < len(written) or (GENERAL in written and len(written) > 1):
        sentence = say("edition", "repeated_subject", written="、".join(written), general=GENERAL)
        source.problem(entry.line, sentence)
    check_slots(source, entry, subjects)


def check_slots(source: EntryFile, entry: Entry, subjects: tuple[Subject, ...]) -> None:
    """Report ways of asking whose slots cannot be filled."""
    for question in (q for questions in entry.questions.values() for q in questions):
        if not has_good_slots(question, subjects):
            source.problem(entry.line, say("edition", "bad_slot", question=question))


def _check_pages(source: EntryFile, entry: Entry) -> None:
    written = entry.fields.get(PAGES, "")
    if not PAGE_LIST.fullmatch(written):
        source.problem(entry.line, say("edition", "pages_form", written=written))
        return
    pages = [int(page) for page in written.split("、")]
    if pages != sorted(set(pages)) or pages[0] < 1 or pages[-1] > LAST_PAGE:
        sentence = say("edition", "pages_order", written=written, last=LAST_PAGE)
        source.problem(entry.line, sentence)


def _check_unique(source: EntryFile, entry: Entry, places: dict[str, str]) -> None:
    """Note where id, heading and text stand, and report those that stand twice."""
    place = f"{source.path.name}:{entry.line}"
    for what, value in (
        (ID, entry.fields.get(ID, "")),
        (say("edition", "heading"), entry.heading),
        (say("edition", "text"), entry.text),
    ):
        first = places.setdefault(what + value, place)
        if first != place:
            sentence = say("edition", "stands_twice", what=what, value=value[:30], first=first)
            source.problem(entry.line, sentence)


def _check_companions(guide: Guide, places: dict[str, str]) -> None:
    problems = [
        say("edition", "no_companion", place=places[ID + passage.passage_id], other=other)
        for passage in guide.passages
        for other in passage.companions
        if other not in guide.by_id
    ]
    if problems:
        raise EditionError(problems)
