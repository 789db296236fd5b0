"""Personal data taken out of a question: value for value, and what must stay."""

from __future__ import annotations

import re
import time

import pytest

from chatbot.report.personal_data import load_kinds, without_personal_data

TAKEN_OUT = [
    # names
    ("我叫王小明，打骨針會怎樣", "［姓名］,打骨針會怎樣"),
    ("我是陳美惠今年65歲", "［姓名］今年65歲"),
    ("我係陳大文，想問骨針", "［姓名］,想問骨針"),
    ("病人姓名：歐陽娜娜", "病人［姓名］"),
    ("我姓陳，想問骨針", "［姓名］,想問骨針"),
    ("我媽媽林美惠乳癌骨轉移", "我［姓名］乳癌骨轉移"),
    ("我太太的名字叫李佳玲", "我太太的［姓名］"),
    ("陳醫師說要打denosumab", "［姓名］說要打denosumab"),
    ("腫瘤科的林主任叫我問", "腫瘤科的［姓名］叫我問"),
    ("刘护士说可以", "［姓名］说可以"),
    ("My name is John Smith, is it safe?", "［姓名］, is it safe?"),
    ("I am Mary Chen and I take letrozole", "［姓名］ and I take letrozole"),
    ("Dr. Wang said 12 mg", "［姓名］ said 12 mg"),
    # identity numbers
    ("身分證A123456789可以查嗎", "身分證［證號］可以查嗎"),
    ("\uff21\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19", "［證號］"),
    ("a 123 456 789", "［證號］"),
    ("居留證 AB12345678", "居留證 ［證號］"),
    ("A800000014", "［證號］"),
    ("健保卡號 0000 1234 5678", "［證號］"),
    # telephones
    ("電話0912-345-678打給我", "電話［電話］打給我"),
    ("0912345678", "［電話］"),
    ("(02)2345-6789 分機 123", "［電話］"),
    ("+886 912 345 678", "［電話］"),
    ("零九一二三四五六七八", "［電話］"),
    ("我的手機是 0 9 1 2 3 4 5 6 7 8", "我的［電話］"),
    ("0\u200b912345678", "［電話］"),
    # e-mail, accounts, addresses on the net
    ("寄到 a.b+c@mail.ntu.edu.tw 給我", "寄到 ［信箱］ 給我"),
    ("我的line id: bone_123", "我的［帳號］"),
    ("看 https://line.me/ti/p/abc123 這個", "看 ［網址］ 這個"),
    # dates
    ("民國45年3月2日生", "［日期］"),
    ("1956/3/2 開刀", "［日期］ 開刀"),
    ("生日是 45.03.02", "生日是 ［日期］"),
    ("我是45年次", "我是［日期］"),
    ("I was born on March 2, 1956", "I was ［日期］"),
    # record numbers
    ("病歷號：1234567 怎麼辦", "［病歷號］ 怎麼辦"),
    ("我住5C病房12床", "我住［病歷號］"),
    ("MRN: 00123456", "［病歷號］"),
    ("我的號碼 20231234567", "我的號碼 ［號碼］"),
    # addresses
    ("住台北市大安區和平東路二段106號3樓", "住［地址］"),
    ("我住在花蓮縣吉安鄉，哪裡打針", "我［地址］,哪裡打針"),
    ("地址是仁愛路9巷3弄2號", "［地址］"),
    ("I live at 12 Zhongshan North Road, Taipei", "［地址］"),
]
STAYS = [
    "打骨針有什麼副作用",
    "我是白血病病人,可以打嗎",
    "我媽媽高血壓可以吃嗎",
    "我先生周三要開刀",
    "我有黃疸,我曾經骨折",
    "每4週打120 mg,12個月以後呢",
    "骨密度 T 值 -2.5 到 -1.0 算嗎",
    "鈣 1000-1200 mg 維生素D 800 IU 一天要多少",
    "血小板 150000 可以打嗎",
    "2022年的研究怎麼說",
    "我今年78歲,體重 52.5 公斤",
    "叫救護車要多少錢",
    "怎麼走路才安全",
    "骨科主任怎麼說",
    "第一線荷爾蒙藥 letrozole 2.5mg",
    "Can I take calcium with denosumab?",
    "I am Stage four",
    "119 和 1925 是什麼",
]


@pytest.mark.parametrize(("typed", "kept"), TAKEN_OUT)
def test_personal_data_is_replaced_by_what_it_was(typed: str, kept: str) -> None:
    assert without_personal_data(typed) == kept


@pytest.mark.parametrize("question", STAYS)
def test_what_is_no_personal_data_stays(question: str) -> None:
    assert without_personal_data(question) == question


def test_each_kind_takes_something_out() -> None:
    """A kind that no line above needs would be a kind that no test holds."""
    kept = "".join(kept for _, kept in TAKEN_OUT)
    assert {kind.shown for kind in load_kinds()} == set(re.findall("［[^］]+］", kept))


def test_several_kinds_in_one_sentence_all_go() -> None:
    typed = "我叫王小明,身分證A123456789,民國45年3月2日生,電話0912-345-678,骨針多久打一次"
    kept = without_personal_data(typed)
    assert kept == "［姓名］,身分證［證號］,［日期］,電話［電話］,骨針多久打一次"


@pytest.mark.parametrize("name", ["阿明", "小美", "美惠"])
def test_a_name_without_surname_is_not_found(name: str) -> None:
    """As docs/staff.md says."""
    assert name in without_personal_data(f"{name}說要打骨針")


@pytest.mark.parametrize(
    "unit",
    ["1 ", "王", "王小", "a.b", "住在台北市大安區", "1-2/3.", "line id ", "路", "A1", "born in a "],
)
def test_no_text_makes_it_slow(unit: str) -> None:
    text = (unit * 2000)[:2000]
    start = time.perf_counter()
    without_personal_data(text)
    assert time.perf_counter() - start < 2
