"""`python -m evals fuzz`: generated conversations, every reply taken apart.

Nothing may fail, and nothing may be said that is neither passage nor template line. Messages are
drawn from the banks and cases, cut, joined and spoilt; from every plane of Unicode; from controls,
marks of direction, long lines, templates and Markdown. Seeded; the same seed gives the same run.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chatbot.bot import Chatbot
from chatbot.conversation import Conversation
from corpus.progress_bar import watched
from evals.bank import calm_questions, taught_messages
from evals.case import SPLITS, load_cases
from index.script import to_simplified

MOST_TURNS = 4
LONGEST = 10_000
SPOILS = (
    "\u202e",
    "\u2066",
    "\u200b",
    "\u0000",
    "\ufeff",
    "\u0301",
    "\ud800",
    "😀",
    "️",
    "\t",
    "\r\n",
)
CODE = (
    "{{ 7*7 }}",
    "{% raw %}",
    "<script>alert(1)</script>",
    "[a](http://x)",
    "![x](y)",
    "```",
    "|a|b|\n|-|-|",
    "$x$",
    "'; DROP TABLE",
    "${jndi:x}",
    "../../etc/passwd",
    "&amp;",
    "</div>",
    "%s%n",
)
PLANES = tuple((plane << 16, (plane << 16) + 0xFFFF) for plane in range(17))


@dataclass
class Fuzzed:
    """What a run came to.

    Attributes:
        conversations: How many were held.
        replies: By kind, how many.
        faults: What was wrong, each with the message that did it.
        seconds: How long it took.
    """

    conversations: int = 0
    replies: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        """Return the run as lines of text."""
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.replies.most_common())
        total = sum(self.replies.values())
        lines = [
            f"{self.conversations} conversations, {total} replies ({kinds}), "
            f"{len(self.faults)} faults, {self.seconds:.0f} s"
        ]
        lines += [f"  {fault}: {message!r}" for fault, message in self.faults[:20]]
        return "\n".join(lines)


class Generator:
    """Draws messages."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        cases = [turn for split in SPLITS for case in load_cases(split) for turn in case.turns]
        self.sentences: Sequence[str] = [*taught_messages(), *cases, *calm_questions()]

    def message(self) -> str:
        """Return a message of a kind drawn by chance."""
        kind = self.draw.random()
        if kind < 0.45:
            return self._sentence()
        if kind < 0.65:
            return self._spoilt(self._sentence())
        if kind < 0.75:
            return self._sentence() + self.draw.choice(CODE) + self._sentence()
        if kind < 0.80:
            return to_simplified(self._sentence())
        if kind < 0.98:
            return self._any_text(self.draw.randrange(0, 60))
        if kind < 0.99:
            return self._sentence() * self.draw.randrange(2, 60)
        return (self._any_text(40) * (LONGEST // 40))[: self.draw.randrange(LONGEST)]

    def _sentence(self) -> str:
        return self.draw.choice(self.sentences)

    def _spoilt(self, text: str) -> str:
        characters = list(text)
        for _ in range(self.draw.randrange(1, 6)):
            place = self.draw.randrange(len(characters) + 1)
            if self.draw.random() < 0.5 and characters:
                del characters[place - 1 : place + self.draw.randrange(3)]
            else:
                characters.insert(place, self.draw.choice(SPOILS))
        return "".join(characters)

    def _any_text(self, length: int) -> str:
        low, high = self.draw.choice(PLANES) if self.draw.random() < 0.7 else (0, 0x2FF)
        return "".join(chr(self.draw.randint(low, high)) for _ in range(length))


def fuzz(
    chatbot: Chatbot, conversations: int, seed: int, say: Callable[[str], object] = str
) -> Fuzzed:
    """Hold conversations with a chatbot and return what came of them."""
    generator = Generator(seed)
    result = Fuzzed()
    start = time.perf_counter()
    for number in watched(range(conversations), "conversations"):
        conversation = Conversation()
        for _ in range(generator.draw.randrange(1, MOST_TURNS + 1)):
            message = generator.message()
            try:
                turn = chatbot.reply(message, conversation)
            except Exception as error:  # noqa: BLE001 - whatever fails is what is looked for
                result.faults.append((f"{type(error).__name__}: {error}", message[:200]))
                break
            result.faults += [
                (fault, message[:200]) for fault in chatbot.promise.faults(turn.reply)
            ]
            result.replies[turn.reply.kind] += 1
            conversation = turn.conversation
        result.conversations += 1
        if number % 10_000 == 9_999:
            say(f"  {number + 1} …")
    if chatbot.promise.broken:
        result.faults.append((f"{chatbot.promise.broken} replies were replaced", ""))
    result.seconds = time.perf_counter() - start
    return result
