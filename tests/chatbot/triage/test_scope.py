"""How an expression is meant: a table for each rule (`scope.toml`).

The expressions are the tests' own, so that only the scope is looked at.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from chatbot.triage.expressions import Expressions, load_expressions
from chatbot.triage.message import read_message
from chatbot.triage.scope import Scope, load_scope, scope_of
from chatbot.triage.signs import FOLDER

FILE = """
[hant]
腳麻/腳沒力/腳無力/沒感覺/沒知覺/沒反應/沒呼吸/動不了/站不起來/走不動/尿不出來/解不出來
喘不過氣/吸不到氣/吃不下/睡不著/止不住/叫不醒/憋不住/爬不起來/很痛/癱瘓
? 抽筋
? 腿 ~ 腫
[hk]
腳痹
[taigi]
跤麻
[en]
numb feet/weak legs/can't stand
? dizzy
"""
WORDS = load_scope()
ROWS = tomllib.loads((FOLDER / "scope.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def expressions(tmp_path_factory: pytest.TempPathFactory) -> Expressions:
    folder: Path = tmp_path_factory.mktemp("expressions")
    (folder / "sign.txt").write_text(FILE, encoding="utf-8")
    return load_expressions(folder, ["sign"])


def scopes(expressions: Expressions, typed: str) -> set[Scope]:
    """Return how the sign is meant, wherever it stands in a message."""
    message = read_message(typed)
    return {scope_of(match, message, WORDS) for match in expressions.find(message)}


# Rule 2: a sign may hold a negative


@pytest.mark.parametrize(
    "typed",
    [
        *("我腳沒力", "腳無力", "屁股沒感覺", "下面沒知覺", "他沒反應", "他沒呼吸", "腳動不了"),
        *("站不起來", "走不動", "尿不出來", "大便解不出來", "喘不過氣", "吸不到氣", "吃不下"),
        *("睡不著", "血止不住", "叫不醒", "尿憋不住", "爬不起來", "I can't stand"),
    ],
)
def test_a_negative_that_is_the_sign_itself_denies_nothing(
    expressions: Expressions, typed: str
) -> None:
    assert scopes(expressions, typed) == {Scope.PRESENT}


@pytest.mark.parametrize(
    "typed", ["沒有腳沒力", "我不會站不起來", "並沒有喘不過氣", "從來沒叫不醒", "沒有尿不出來"]
)
def test_such_a_sign_can_be_denied_like_any_other(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.NEGATED}


# Rule 3: negation


@pytest.mark.parametrize(
    "negator",
    [
        *("沒有", "沒", "無", "未", "不會", "不曾", "從來沒", "從來不", "否認", "並未", "並沒"),
        *("都沒", "不再", "不是", "並不", "毫無", "冇", "唔係", "唔會", "没有", "不会"),
    ],
)
@pytest.mark.parametrize("between", ["", "什麼"])
def test_a_negator_before_the_sign_denies_it(
    expressions: Expressions, negator: str, between: str
) -> None:
    assert scopes(expressions, f"我{negator}{between}腳麻") == {Scope.NEGATED}


@pytest.mark.parametrize(
    "typed",
    [
        *("no numb feet", "I have no numb feet", "not numb feet", "never had numb feet"),
        *("I don't have numb feet", "without any numb feet", "denies numb feet"),
        *("no longer has numb feet", "I haven't got numb feet"),
    ],
)
def test_english_negators_reach_three_words(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.NEGATED}


@pytest.mark.parametrize(
    "typed",
    [
        "沒有一二三四五六七腳麻",
        "not for the first time this year numb feet",
        "don't leave me alone with it numb feet",
    ],
)
def test_a_negator_does_not_reach_far(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.PRESENT}


@pytest.mark.parametrize("mark", ["，", "。", "；", "！", "？", "、", "\n", "…", "："])
def test_a_negation_ends_with_its_clause(expressions: Expressions, mark: str) -> None:
    assert scopes(expressions, f"沒有發燒{mark}腳麻") == {Scope.PRESENT}
    assert scopes(expressions, f"no fever{mark} numb feet") == {Scope.PRESENT}


def test_a_negation_ends_at_a_space_between_han_words(expressions: Expressions) -> None:
    assert scopes(expressions, "沒有發燒 腳麻") == {Scope.PRESENT}


@pytest.mark.parametrize(
    "stopper", ["但", "但是", "不過", "可是", "只是", "除了", "然後", "現在", "但现在"]
)
def test_a_negation_ends_at_a_but_without_a_comma_too(
    expressions: Expressions, stopper: str
) -> None:
    assert scopes(expressions, f"沒有燒{stopper}腳麻") == {Scope.PRESENT}


@pytest.mark.parametrize(
    "typed", ["不腳麻", "唔腳痹", "冇腳痹", "袂跤麻", "未腳麻", "腳不很痛", "免腳麻", "别脚麻"]
)
def test_a_negator_right_before_the_sign_denies_it(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.NEGATED}


@pytest.mark.parametrize("typed", ["不一會腳麻", "免洗手腳麻", "別人說我腳麻"])
def test_such_a_negator_denies_nothing_further_on(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.PRESENT}


@pytest.mark.parametrize("double", ["不是沒有", "沒有不", "不得不", "不會不"])
def test_two_negators_affirm(expressions: Expressions, double: str) -> None:
    assert scopes(expressions, f"我{double}很痛") == {Scope.PRESENT}


@pytest.mark.parametrize(
    "words",
    [
        *("不知道怎麼", "不小心", "不到一天", "沒多久", "沒想到", "不只", "不但", "沒事就"),
        *("無緣無故", "不舒服", "受不了", "沒睡", "不敢動", "沒人扶就"),
    ],
)
def test_words_that_only_hold_a_negator_deny_nothing(expressions: Expressions, words: str) -> None:
    assert scopes(expressions, f"我{words}腳麻") == {Scope.PRESENT}


@pytest.mark.parametrize(
    "words", ["not sure why", "not only", "don't know why", "not long", "no idea why"]
)
def test_english_words_that_only_hold_a_negator_deny_nothing(
    expressions: Expressions, words: str
) -> None:
    assert scopes(expressions, f"{words} numb feet") == {Scope.PRESENT}


# Rule 4: A-not-A asks


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ("有沒有腳麻都一樣", Scope.PRESENT),
        ("是不是腳麻", Scope.PRESENT),
        ("要不要緊腳麻", Scope.PRESENT),
        ("能不能腳麻", Scope.PRESENT),
        ("係唔係腳痹", Scope.PRESENT),
        ("有冇腳痹", Scope.PRESENT),
        ("會不會腳麻", Scope.HYPOTHETICAL),
        ("會唔會腳痹", Scope.HYPOTHETICAL),
    ],
)
def test_a_not_a_is_a_question_and_no_denial(
    expressions: Expressions, typed: str, scope: Scope
) -> None:
    assert scopes(expressions, typed) == {scope}


# Behind the sign: it is over


@pytest.mark.parametrize(
    "typed",
    [
        *("腳麻好了", "腳麻退了", "腳麻消失", "腳麻沒有了", "腳麻好多了", "腳麻緩解了"),
        *("腳麻隔天就好", "腳痹好返", "跤麻攏好矣", "腳麻后来好了", "腳麻已經好了"),
        *("numb feet went away", "numb feet have gone", "numb feet got better"),
        *("numb feet are all gone", "numb feet back to normal"),
    ],
)
def test_what_is_said_to_be_over_is_not_present(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.NEGATED}


@pytest.mark.parametrize(
    "typed", ["腳麻，感冒好了", "腳麻。都好了", "numb feet, my cold went away"]
)
def test_what_is_over_in_another_clause_may_be_something_else(
    expressions: Expressions, typed: str
) -> None:
    assert scopes(expressions, typed) == {Scope.PRESENT}


@pytest.mark.parametrize(
    "typed",
    ["腳麻沒好了", "腳麻好了又來", "腳麻退了又麻", "腳麻好了嗎", "腳麻以為好了", "腳麻不好了"],
)
def test_what_came_back_or_is_asked_about_is_not_over(expressions: Expressions, typed: str) -> None:
    assert Scope.NEGATED not in scopes(expressions, typed)
    assert Scope.PAST not in scopes(expressions, typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("腳麻都好久了", "腳沒力都好幾天了", "腳麻到感覺都沒有", "腳麻到走路都不會了"),
        *("喘不過氣到話都不會了", "喘不過氣連話都說不好了", "吃不下連水都沒有喝"),
    ],
)
def test_words_that_tell_how_bad_it_is_do_not_end_it(expressions: Expressions, typed: str) -> None:
    """`都好`, `都沒有`, `不會了`, `不好了` are also what people say of what got worse."""
    assert scopes(expressions, typed) == {Scope.PRESENT}


@pytest.mark.parametrize(
    "over", ["現在都好了", "現在好好的", "早就好了", "后来就好了", "back to normal now"]
)
def test_what_is_over_by_now_is_past(expressions: Expressions, over: str) -> None:
    assert scopes(expressions, f"上禮拜腳麻，{over}") == {Scope.PAST}


def test_what_is_over_for_one_is_not_over_for_another(expressions: Expressions) -> None:
    assert scopes(expressions, "我爸腳麻。孩子感冒現在好好的") == {Scope.PRESENT}
    assert scopes(expressions, "先生的傷口現在都好了。太太腳麻") == {Scope.PRESENT}


# Rule 5: past


@pytest.mark.parametrize(
    "past",
    [
        *("以前", "之前", "去年", "前年", "曾經", "小時候", "開刀前", "上個月", "當年", "那時候"),
        *("年輕的時候", "手術前", "三年前", "舊年", "当时"),
    ],
)
def test_old_times_are_past(expressions: Expressions, past: str) -> None:
    assert scopes(expressions, f"我{past}腳麻") == {Scope.PAST}
    assert scopes(expressions, f"{past}打完針，會腳麻") == {Scope.PAST}


@pytest.mark.parametrize(
    "typed",
    [
        *("last year I had numb feet", "I used to have numb feet", "years ago numb feet"),
        *("before surgery numb feet", "numb feet years ago", "numb feet when I was a child"),
        *("腳麻是三年前的事", "腳麻是以前的事", "腳麻那是以前"),
    ],
)
def test_old_times_may_be_told_in_english_or_behind_the_sign(
    expressions: Expressions, typed: str
) -> None:
    assert scopes(expressions, typed) == {Scope.PAST}


@pytest.mark.parametrize(
    "now",
    [
        *("又", "還是", "一直", "現在", "最近", "今天", "這幾天", "再次", "昨天", "開始", "突然"),
        *("越來越", "剛剛", "半夜", "這禮拜", "现在", "依家", "這馬"),
    ],
)
def test_a_word_of_now_cancels_the_past(expressions: Expressions, now: str) -> None:
    assert scopes(expressions, f"以前開過刀，{now}腳麻") == {Scope.PRESENT}


@pytest.mark.parametrize(
    "now", ["today", "since monday", "again", "still", "suddenly", "right now"]
)
def test_a_word_of_now_cancels_the_past_in_english(expressions: Expressions, now: str) -> None:
    assert scopes(expressions, f"Surgery last year, {now} numb feet") == {Scope.PRESENT}


def test_the_past_of_another_sentence_is_not_this_ones(expressions: Expressions) -> None:
    assert scopes(expressions, "去年開過刀。腳麻") == {Scope.PRESENT}


@pytest.mark.parametrize(
    "typed",
    [
        "去年開刀前腳沒力,現在都好了",
        "以前腳麻，最近都好多了",
        "去年腳麻，一直到開完刀就好了",
        "之前腳沒力，今天已經好了",
    ],
)
def test_what_was_and_is_over_now_stays_past(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.PAST}


# Rule 6: what may come


@pytest.mark.parametrize(
    "typed",
    [
        *("如果腳麻要找誰", "萬一腳麻怎麼辦", "假如腳麻", "要是腳麻", "怕會腳麻", "會不會腳麻"),
        *("怎麼預防腳麻", "怎麼知道腳麻", "什麼時候要擔心腳麻", "腳麻的話要看哪一科"),
        *("打完會腳麻嗎", "會腳麻嗎", "可能腳麻嗎", "容易腳麻嗎", "会脚麻吗", "會腳痹咩"),
        *("what if I get numb feet", "worried about numb feet", "when should I call for numb feet"),
        *("how do I know numb feet", "risk of numb feet", "以後腳麻了要找誰"),
    ],
)
def test_what_may_come_is_hypothetical(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.HYPOTHETICAL}


@pytest.mark.parametrize(
    "typed",
    [
        *("我今天腳麻，如果更嚴重怎麼辦", "現在腳麻會不會怎樣", "昨天開始腳麻，怕會更嚴重"),
        *("腳麻兩天了，萬一更嚴重呢", "突然腳麻，會不會是中風", "腳麻越來越嚴重，要怎麼預防"),
        *("這兩天腳麻，會好嗎", "numb feet since monday, what if it gets worse"),
    ],
)
def test_what_is_there_now_is_present_in_a_sentence_that_asks(
    expressions: Expressions, typed: str
) -> None:
    assert scopes(expressions, typed) == {Scope.PRESENT}


@pytest.mark.parametrize(
    "typed",
    ["打骨針以後腳麻", "我爸開刀以後腳麻", "起來以後腳麻", "吃了药以后脚麻", "打 Xgeva 以後腳麻"],
)
def test_after_something_is_not_what_may_come(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.PRESENT}


@pytest.mark.parametrize("typed", ["我腳麻,會不會癱了", "我腳沒力，會不會就這樣走不了"])
def test_what_is_feared_behind_a_sign_does_not_make_the_sign_a_fear(
    expressions: Expressions, typed: str
) -> None:
    """A fear of what may come beside a present sign: 「我腳麻,會不會癱瘓」 is T2."""
    assert scopes(expressions, typed) == {Scope.PRESENT}


def test_the_fear_of_another_sentence_is_not_this_ones(expressions: Expressions) -> None:
    assert scopes(expressions, "如果住院要帶什麼？我腳麻") == {Scope.PRESENT}
    assert scopes(expressions, "腳麻。會好嗎？") == {Scope.PRESENT}


# Rule 7: information


@pytest.mark.parametrize(
    "typed",
    [
        *("什麼是腳麻", "腳麻是什麼意思", "腳麻的機率", "多少人腳麻", "腳麻的定義", "為什麼會腳麻"),
        *("腳麻是副作用", "腳麻有哪些原因", "指南寫到腳麻", "聽說打針會造成腳麻", "腳麻常見嗎"),
        *("what is numb feet", "symptoms of numb feet", "is numb feet a side effect"),
        *("什么是脚麻", "脚麻的概率和原因"),
    ],
)
def test_what_is_asked_in_general_is_informational(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.INFORMATIONAL}


@pytest.mark.parametrize("typed", ["我今天腳麻，是什麼原因", "腳麻越來越嚴重，是副作用嗎"])
def test_what_is_there_now_may_be_asked_about(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.PRESENT}


@pytest.mark.parametrize(
    ("typed", "scope"),
    [
        ("抽筋", Scope.PRESENT),
        ("小腿抽筋的老人家很多，社區活動中心都在教大家拉筋", Scope.INFORMATIONAL),
        ("今天抽筋", Scope.PRESENT),
        ("抽筋越來越嚴重", Scope.PRESENT),
        ("一直抽筋", Scope.PRESENT),
        ("沒有抽筋", Scope.NEGATED),
        ("以前會抽筋", Scope.PAST),
        ("dizzy", Scope.PRESENT),
        ("dizzy since monday", Scope.PRESENT),
        # told in a clause of its own, and something else is asked
        ("抽筋 骨針多久打一次", Scope.PRESENT),
        ("我媽抽筋，請問鈣片要吃多少", Scope.PRESENT),
        ("dizzy, how often is denosumab given", Scope.PRESENT),
        ("抽筋 是骨針的副作用嗎", Scope.INFORMATIONAL),
        ("抽筋、噁心，哪些要馬上就醫", Scope.INFORMATIONAL),
        ("打完會抽筋，骨針多久打一次", Scope.INFORMATIONAL),
        ("以前會抽筋，骨針多久打一次", Scope.PAST),
        ("抽筋，" + "我們家" * 15 + "，骨針多久打一次", Scope.INFORMATIONAL),
        # told of somebody in a clause of its own, and nothing is asked
        ("我的小腿抽筋 護理師說禮拜四要抽血", Scope.PRESENT),
        ("我媽會抽筋，社區護理師說要補鈣片", Scope.PRESENT),
        ("小腿抽筋，社區護理師說要補鈣片", Scope.INFORMATIONAL),
        ("我媽抽筋，護理師說要補鈣片嗎", Scope.INFORMATIONAL),
        ("我在社區教老人家小腿抽筋怎麼拉筋，大家都說好", Scope.INFORMATIONAL),
    ],
)
def test_a_line_that_needs_now_counts_where_it_is_now_or_hardly_more_is_said(
    expressions: Expressions, typed: str, scope: Scope
) -> None:
    assert scopes(expressions, typed) == {scope}


@pytest.mark.parametrize("typed", ["腿突然腫", "腿今天很腫", "腿一直腫", "腿越來越腫"])
def test_a_word_of_now_inside_the_expression_counts_too(
    expressions: Expressions, typed: str
) -> None:
    assert scopes(expressions, typed) == {Scope.PRESENT}


# Told of somebody far away


@pytest.mark.parametrize(
    "typed",
    [
        *("電視劇裡主角腳麻", "小說的男主腳麻", "新聞說有人腳麻", "電影演到腳麻", "明星腳麻"),
        *("韩剧女主脚麻", "the actor in the movie had numb feet", "a novel about numb feet"),
    ],
)
def test_what_is_told_of_films_and_news_is_elsewhere(expressions: Expressions, typed: str) -> None:
    assert scopes(expressions, typed) == {Scope.ELSEWHERE}


@pytest.mark.parametrize(
    "typed",
    [
        *("電視劇看到一半我爸突然腳麻", "看電影的時候媽媽腳麻", "新聞說到一半阿公開始腳麻"),
        *("watching a movie my husband got numb feet", "下午看了一部老電影。腳麻"),
        *("我今天腳麻，在看電視劇", "看电视剧的时候我老公突然脚麻"),
    ],
)
def test_somebody_near_brings_it_home(expressions: Expressions, typed: str) -> None:
    """Hazard H14: a film on television must not hold back who falls ill before it."""
    assert scopes(expressions, typed) == {Scope.PRESENT}


# Rule 8: whoever it is


@pytest.mark.parametrize(
    "person",
    [
        *("", "我", "媽", "爸", "阿公", "阿嬤", "先生", "太太", "朋友", "病人", "他", "我媽媽說她"),
        *("阿爺", "阮阿母", "帮我妈问的，她", "室友要我代打，他"),
    ],
)
def test_any_person_counts(expressions: Expressions, person: str) -> None:
    assert scopes(expressions, f"{person}腳麻") == {Scope.PRESENT}


@pytest.mark.parametrize("person", ["my mum has", "he has", "a friend got", "my husband's"])
def test_any_person_counts_in_english(expressions: Expressions, person: str) -> None:
    assert scopes(expressions, f"{person} numb feet") == {Scope.PRESENT}


# Minimisers: there is no such list

MINIMISERS = (
    *(
        "應該沒事",
        "老毛病",
        "忍一下就好",
        "醫生說正常",
        "家人說不用去",
        "只是問問",
        "可能是我想太多",
    ),
    *("不想麻煩人", "不用緊張", "大概睡姿不好", "应该没事", "應該冇事", "無代誌啦"),
)


@pytest.mark.parametrize("minimiser", MINIMISERS)
@pytest.mark.parametrize("form", ["腳麻，{0}", "{0}，腳麻", "腳麻 {0}", "腳麻。{0}", "{0}。腳麻"])
def test_a_minimiser_changes_nothing(expressions: Expressions, minimiser: str, form: str) -> None:
    assert scopes(expressions, form.format(minimiser)) == {Scope.PRESENT}


def test_no_minimiser_stands_in_the_file_but_among_those_that_lower_nothing() -> None:
    lists = {name: row for name, row in ROWS.items() if isinstance(row, list)}
    listed = {word for name, row in lists.items() if name != "minimisers" for word in row}
    minimising = {"應該沒事", "老毛病", "忍一下", "醫生說正常", "家人說不用去", "只是問問"}
    assert listed & minimising == set()
