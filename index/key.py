"""Search keys: everything that a question may be compared with, and who owns it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.not_in_guide import Topic
from corpus.passage import Guide, Passage
from corpus.subjects import asked_questions


class KeyKind(StrEnum):
    """What a key is taken from."""

    TEXT = "text"  # the passage under its headings
    BODY = "body"  # the passage alone; only where it has no questions of its own
    HEADING = "heading"
    QUESTION = "question"
    SENTENCE = "sentence"  # under its heading; finds no passage, but marks what answers in one


@dataclass(frozen=True, slots=True)
class Key:
    """A text that leads to an owner.

    Attributes:
        owner: Position among the index's owners: its passages, then its topics.
        kind: What the text is taken from.
        text: The text itself.
    """

    owner: int
    kind: KeyKind
    text: str


def keys_of(guide: Guide, topics: tuple[Topic, ...]) -> tuple[Key, ...]:
    """Return all keys, those of one owner side by side, owners in order."""
    keys: list[Key] = []
    for owner, passage in enumerate(guide.passages):
        keys += _keys_of_passage(owner, passage)
    for owner, topic in enumerate(topics, start=len(guide.passages)):
        keys += [Key(owner, KeyKind.QUESTION, q) for q in asked_questions(topic.questions)]
    return tuple(keys)


def _keys_of_passage(owner: int, passage: Passage) -> list[Key]:
    keys = [Key(owner, KeyKind.TEXT, passage_text(passage))]
    if not passage.questions:
        return [*keys, Key(owner, KeyKind.BODY, passage.text)]
    keys.append(Key(owner, KeyKind.HEADING, passage.heading))
    asked = asked_questions(passage.questions)
    return keys + [Key(owner, KeyKind.QUESTION, question) for question in asked]


def passage_text(passage: Passage) -> str:
    """Return a passage under its headings, as it is encoded.

    The edition's headings say all; an imported guide's need their section beside them.
    """
    headings = [passage.heading] if passage.questions else [passage.section, passage.heading]
    return "。".join([*dict.fromkeys(filter(None, headings)), passage.text])
