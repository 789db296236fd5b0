"""What is answered from: the edition, a file, or an imported guide."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.edition import load_edition
from corpus.errors import GuideDamaged, GuideMissing, ImportRefused
from corpus.importing import load_guide, read_guide
from corpus.messages import say
from corpus.not_in_guide import Topic, load_topics
from corpus.pages import known_guides
from corpus.passage import Guide
from corpus.publisher import with_publisher_words


@dataclass(frozen=True, slots=True)
class Source:
    """A guide, and the topics known to be outside it."""

    guide: Guide
    topics: tuple[Topic, ...]


def open_source(original: Path | None = None) -> Source:
    """Return the edition, or the guide in a file or of the name of an imported one.

    The edition carries the publisher's own sentences where the user has imported the guide.

    Raises:
        EditionError: The edition or the topics break a rule.
        GuideDamaged: The imported guide is damaged.
        ImportRefused: There is neither a usable file nor an imported guide of that name.
    """
    if original is None:
        return Source(with_publisher_words(load_edition()), load_topics())
    if _is_there(original):
        guide = read_guide(original).guide
    else:
        try:
            guide = load_guide(str(original))
        except GuideDamaged:
            raise
        except GuideMissing as error:
            sentence = say("importing", "neither_file_nor_guide", name=original)
            raise ImportRefused(sentence) from error
    # The topics say what this one guide leaves out; another guide may well hold it.
    is_known = guide.guide_id in {known.guide_id for known in known_guides()}
    return Source(guide, load_topics() if is_known else ())


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False
