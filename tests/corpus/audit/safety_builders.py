"""A small folder of `chatbot`'s data files, with safety texts that the tests can read at a glance."""

from __future__ import annotations

from pathlib import Path

from corpus.passage import Guide
from tests.corpus.audit.builders import guide_of
from tests.helpers import passage

TEMPLATES = """\
[urgent]
today = "{today}"
team = "{{{{ name }}}}：{{{{ phone }}}}"
[crisis]
numbers = "1"
[mentioned]
footer = "2"
[dial]
comfort = "3"
[answer]
foot = "5"
lead = "not a safety text"
[out_of_scope]
unsafe = "4"
care = "6"
too_far = "not a safety text"
[ask_clinician]
choose = "{choose}"
silent = "7"
[take_along]
choose = "{question}"
"""
PAGE = """\
[page]
not_a_doctor = "8"
call = "9"
emergency = "10"
offline = "11"
title = "not a safety text"
"""
FILES = {
    "templates/zh-Hant.toml": PAGE
    + TEMPLATES.format(
        today="請到急診，或撥 {{ ambulance }}。", choose="由團隊決定。", question="・為什麼？"
    ),
    "templates/zh-Hans.toml": TEMPLATES.format(
        today="请到急诊。", choose="由团队决定。", question="・为什么？"
    ),
    "templates/en.toml": TEMPLATES.format(today="Go now.", choose="Ask them.", question="• Why?"),
    "contacts.toml": """\
[ambulance]
number = "119"
use = "救護車"
source = "消防局"
checked = 2026-11-20
[withdrawn]
numbers = ["0800-000-000", "0800000000"]
""",
    "decisions.toml": """\
[[brings]]
about = "choose"
passage = "p9-legs"
when = ["denosumab", "骨針"]
""",
    "triage/signs.toml": """\
[weak_legs]
row = "R01"
tier = "T2"
name = "腳沒力"
passages = ["p9-legs", "p9-gone"]
[fever]
row = "R11"
tier = "T2"
name = "發燒"
passages = []
silent = true
""",
    "triage/expressions/weak_legs.txt": """\
# R01
[hant]
腳/腿 ~ 沒力

T1: 突然 ~ 動不了
[en]
# a remark
legs gave way
""",
    "triage/expressions/fever.txt": "[hant]\n發燒\n[homograph]\n發燒友\n",
    "triage/scope.toml": """\
negator_reach = 6
negators = ["沒有", "not"]
[raise]
words = ["叫不醒"]
[combine]
pairs = [{ signs = ["weak_legs", "fever"], tier = "T1" }]
""",
}


def chatbot_folder(folder: Path) -> Path:
    """Write the files into a folder and return it."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace words of a file that must stand in it."""
    content = (folder / file).read_text(encoding="utf-8")
    assert old in content
    (folder / file).write_text(content.replace(old, new), encoding="utf-8")


def small_guide(text: str = "腳沒力要馬上就醫。") -> Guide:
    """Return an edition that says something on weak legs."""
    return guide_of(passage("p9-legs", text, heading="腳沒力", pages=(8, 9)))
