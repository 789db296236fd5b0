"""What an audit finds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule.

    Attributes:
        rule: Name of the rule, as in `rules.toml`.
        passage_id: The passage concerned; empty where it is none in particular.
        sentence: What is wrong, for an editor.
    """

    rule: str
    passage_id: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.passage_id or '-'}: [{self.rule}] {self.sentence}"


@cache
def _rules() -> dict[str, str]:
    return tomllib.loads((files("corpus.audit") / "rules.toml").read_text(encoding="utf-8"))


def finding(rule: str, passage_id: str = "", **values: object) -> Finding:
    """Return a finding in the words of `rules.toml`.

    Raises:
        KeyError: There is no such rule, or a value that it names is missing.
    """
    return Finding(rule, passage_id, _rules()[rule].format(**values))
