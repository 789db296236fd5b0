"""Tell whoever writes in another language, or only in symbols, what can be read here.

The bot reads each message first, for signs above all; a notice is never replaced.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from chatbot.bot import Chatbot
from chatbot.contacts import load_numbers
from chatbot.reply import Clarify, ClarifyReason, Reply, Urgent
from chatbot.said import paragraphs
from chatbot.templates import templates_in

ENGLISH = "en"
READ_SCRIPTS = frozenset({"CJK", "BOPOMOFO", "LATIN", "GREEK"})  # Greek letters stand in names
WORD = re.compile(r"[^\W\d_]+")
LEAST_KANA = 0.3  # of the letters: 「の」 alone is Taiwanese fashion
LEAST_ACCENTED = 0.08  # of Latin letters: names have one or two
LEAST_WORDS = 2
CONTACTS = ("crisis", "mentioned")  # groups of lines that stand over a reply


class Unreadable(StrEnum):
    """Why nothing could be made of a message; the value is its line among the templates."""

    OTHER_LANGUAGE = "other_language"
    ONLY_SYMBOLS = "only_symbols"


def told_what_cannot_be_read(question: str, reply: Reply, chatbot: Chatbot) -> Reply:
    """Return the reply, or another where what was typed cannot be read here.

    What seems to answer a message in another language was met by chance.
    """
    why = None if isinstance(reply, Urgent) else unreadable(question)
    not_understood = isinstance(reply, Clarify) and reply.reason is not ClarifyReason.TOO_LONG
    if why is Unreadable.ONLY_SYMBOLS and not not_understood:
        return reply
    has_contacts = any(line.group in CONTACTS for line in reply.text.lines)  # they stay in sight
    if why is None or has_contacts:
        return reply
    numbers = load_numbers()
    told = chatbot.templates.say("clarify", why.value, **numbers)
    if why is Unreadable.OTHER_LANGUAGE:
        told = paragraphs(told, templates_in(ENGLISH).say("clarify", why.value, **numbers))
    plainer = Clarify(told, ClarifyReason.EMPTY, chatbot.examples())
    return plainer if chatbot.promise.holds(plainer) else reply


def unreadable(text: str) -> Unreadable | None:
    """Return why a text cannot be read here, or nothing where it can."""
    letters = [c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] == "L"]
    if not letters:
        has_digits = any(unicodedata.category(c)[0] == "N" for c in text)
        return None if has_digits or not text.strip() else Unreadable.ONLY_SYMBOLS
    is_other = _is_other_script(letters) or _is_other_latin(text, letters)
    return Unreadable.OTHER_LANGUAGE if is_other else None


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0]


def _is_other_script(letters: list[str]) -> bool:
    scripts = Counter(map(_script, letters))
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    if kana >= LEAST_KANA * len(letters):
        return True
    others = sum(n for script, n in scripts.items() if script not in READ_SCRIPTS)
    return others - kana > len(letters) / 2


def _is_other_latin(text: str, letters: list[str]) -> bool:
    latin = [letter for letter in letters if _script(letter) == "LATIN"]
    if len(latin) < len(letters):
        return False
    accented = sum(not letter.isascii() for letter in latin)
    if accented >= LEAST_WORDS and accented >= LEAST_ACCENTED * len(latin):
        return True
    words = Counter(word.casefold() for word in WORD.findall(text))
    counts = {name: sum(words[w] for w in own) for name, own in _small_words().items()}
    english = counts.pop("english")
    return max(counts.values()) >= max(LEAST_WORDS, english + 1)


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    path = files("chatbot") / "web" / "other_languages.toml"
    source = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in source.items()}
