"""What people ask and the guide does not answer, by topic with its ways of asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from corpus.edition import ID, STABLE_ID, check_slots
from corpus.entries import EntryFile
from corpus.errors import EditionError
from corpus.messages import say
from corpus.passage import Language
from corpus.subjects import load_subjects

TOPIC_FOLDER = Path(str(files("corpus"))) / "not_in_guide"
PHRASE = "說法"
DISTANCE = "範圍"
UNRELATED = "無關"


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that the guide leaves out.

    Attributes:
        topic_id: Stable name.
        heading: The topic in a few words.
        phrase: What is said in a refusal: 「這份指南沒有談到{phrase}。」
        questions: The ways in which people ask for it, by language.
        is_unrelated: Whether it has nothing to do with health at all; a care team is no help then.
    """

    topic_id: str
    heading: str
    phrase: str
    questions: Mapping[Language, tuple[str, ...]] = field(default_factory=dict, hash=False)
    is_unrelated: bool = False


def load_topics(folder: Path = TOPIC_FOLDER) -> tuple[Topic, ...]:
    """Return the topics, in the order of files and lines.

    Raises:
        EditionError: A rule is broken; every problem is listed with file and line.
    """
    topics: list[Topic] = []
    problems: list[str] = []
    places: dict[str, str] = {}
    paths = sorted(folder.glob("*.md"))
    if not paths:
        raise EditionError([say("edition", "no_files", folder=folder)])
    for path in paths:
        source = EntryFile(path, (ID, PHRASE, DISTANCE))
        for entry in source.entries:
            topic_id, phrase = entry.fields.get(ID, ""), entry.fields.get(PHRASE, "")
            place = f"{path.name}:{entry.line}"
            if not STABLE_ID.fullmatch(topic_id):
                source.problem(entry.line, say("edition", "bad_id", id=topic_id))
            first = places.setdefault(topic_id, place)
            if first != place:
                sentence = say("edition", "stands_twice", what=ID, value=topic_id, first=first)
                source.problem(entry.line, sentence)
            if not phrase:
                source.problem(entry.line, say("not_in_guide", "no_field", field=PHRASE))
            if not entry.questions:
                source.problem(entry.line, say("not_in_guide", "no_questions"))
            check_slots(source, entry, load_subjects())
            distance = entry.fields.get(DISTANCE, UNRELATED)
            if distance != UNRELATED:
                sentence = say("not_in_guide", "wrong_value", field=DISTANCE, value=UNRELATED)
                source.problem(entry.line, sentence)
            topics.append(
                Topic(topic_id, entry.heading, phrase, entry.questions, DISTANCE in entry.fields)
            )
        problems += source.problems
    if problems:
        raise EditionError(problems)
    return tuple(topics)
