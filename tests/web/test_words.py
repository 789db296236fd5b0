"""What the page's scripts say: each name that they use, in both scripts."""

from __future__ import annotations

import json
import re

import pytest

from chatbot.opening import Mode
from chatbot.templates import templates_in
from chatbot.web.kiosk import Kiosk, Subject
from chatbot.web.shell import Shell
from chatbot.web.templating import STATIC
from chatbot.web.words import DAY, KIOSK_NAMES, WHERE, page_words

GUIDE = "癌症病友的骨骼健康"
SHELL = Shell(templates_in("zh-Hant"), GUIDE, may_remember=True)
PAGE = '<html lang="en"><head></head><body><gradio-app></gradio-app></body></html>'


def test_both_scripts_have_the_same_names() -> None:
    words = page_words(GUIDE)
    assert set(words) == {"zh-Hant", "zh-Hans"}
    assert list(words["zh-Hant"]) == list(words["zh-Hans"])
    assert words["zh-Hans"]["page.title"] == "骨健康问答"


def test_what_a_script_fills_in_is_left_open() -> None:
    words = page_words(GUIDE)
    assert words["zh-Hant"]["tools.cite"] == f"《{GUIDE}》{WHERE}"
    assert words["zh-Hans"]["tools.cite"] == f"《癌症病友的骨骼健康》{WHERE}"
    assert DAY in words["zh-Hant"]["tools.printed"]


def test_every_name_in_the_frame_and_in_a_script_is_there() -> None:
    frame = SHELL.rewrite(PAGE, "nonce")
    named = set(re.findall(r'data-say="([\w.]+)"', frame))
    for script in ("page", "display", "source", "tools", "card", "words", "down", "beside"):
        source = (STATIC / f"{script}.js").read_text(encoding="utf-8")
        named |= set(
            re.findall(
                r'"((?:page|mode|display|tools|passage|card|down|refused)\.[a-z_]+)"', source
            )
        )
    named |= {"mode.building", *(f"mode.{mode}" for mode in Mode if mode is not Mode.FULL)}
    known = set(page_words(GUIDE)["zh-Hant"])
    assert named - known == set()
    assert known - named == set()


def test_no_sentence_stands_in_a_script() -> None:
    for path in STATIC.iterdir():
        if path.name.endswith(".js"):
            assert re.search("[\u3040-\u9fff]", path.read_text(encoding="utf-8")) is None


def test_the_words_are_data_that_cannot_end_the_script() -> None:
    frame = Shell(templates_in("zh-Hant"), "</script><b>", may_remember=True).rewrite(PAGE, "n")
    data = frame.split('id="words">')[1].split("</script>")[0]
    assert json.loads(data)["zh-Hant"]["tools.cite"] == f"《</script><b>》{WHERE}"


@pytest.mark.parametrize("may_remember", [True, False])
def test_remembering_is_offered_where_the_operator_lets_it(may_remember: bool) -> None:
    shell = Shell(templates_in("zh-Hant"), GUIDE, may_remember=may_remember)
    assert ('id="remember"' in shell.rewrite(PAGE, "n")) == may_remember


def test_on_a_kiosk_its_own_names_are_there_too() -> None:
    subjects = [Subject("骨轉移", (), name) for name in KIOSK_NAMES["subject"]]
    shell = Shell(
        templates_in("zh-Hant"), GUIDE, may_remember=True, kiosk=Kiosk(60, 20), subjects=subjects
    )
    frame = shell.rewrite(PAGE, "nonce")
    named = set(re.findall(r'data-say="([\w.]+)"', frame))
    known = set(page_words(GUIDE, kiosk=True)["zh-Hant"])
    assert named - known == set()
    assert known - set(page_words(GUIDE)["zh-Hant"]) <= named
    assert 'id="remember"' not in frame
