"""From questions to passages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from corpus.not_in_guide import Topic
from corpus.passage import Guide, Language, Passage, PassageKind, Section
from index.dense import DenseIndex
from index.key import Key, KeyKind, keys_of
from index.lexical import LexicalIndex
from index.passage_index import PassageIndex, Reading, owner_documents, words_only_index
from index.query import read_query
from tests.helpers import FakeEncoder, passage, small_guide, small_topics


def index_by_meaning(guide: Guide, topics: tuple[Topic, ...] = ()) -> PassageIndex:
    encoder = FakeEncoder()
    keys = keys_of(guide, topics)
    dense = DenseIndex.build(encoder.encode_questions([key.text for key in keys]))
    lexical = LexicalIndex.build(owner_documents(guide, topics))
    return PassageIndex(guide, topics, lexical, dense, encoder)


INDEXES = {
    "meaning and words": index_by_meaning(small_guide(), small_topics()),
    "words alone": words_only_index(small_guide(), small_topics()),
}
both_ways = pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES.keys())
BANK = [
    (p.passage_id, question)
    for p in small_guide().passages
    for question in p.questions[Language.TAIWAN]
]


def read(*questions: str) -> list[Reading]:
    return [Reading(read_query(question)) for question in questions]


def guide_of(*passages: Passage) -> Guide:
    return Guide("guide", "指南", (Section("章", passages),))


@both_ways
@pytest.mark.parametrize(("passage_id", "question"), BANK)
def test_a_question_of_the_bank_finds_its_own_passage(
    index: PassageIndex, passage_id: str, question: str
) -> None:
    found = index.search(read(question), top_k=4)
    assert found.hits[0].passage.passage_id == passage_id
    assert found.hits[0].support.key.text == question
    assert found.hits[0].support.coverage == pytest.approx(1)


@pytest.mark.parametrize(("passage_id", "question"), BANK)
def test_the_matched_key_is_kept_with_its_similarity(passage_id: str, question: str) -> None:
    index = INDEXES["meaning and words"]
    hit = index.search(read(question), top_k=1).hits[0]
    owner = [p.passage_id for p in index.guide.passages].index(passage_id)
    assert hit.support.similarity == pytest.approx(1, abs=1e-5)
    assert hit.support.key in (
        Key(owner, KeyKind.QUESTION, question),
        Key(owner, KeyKind.HEADING, question),
    )


def test_words_alone_claim_no_similarity() -> None:
    index = INDEXES["words alone"]
    found = index.search(read("骨頭痛怎麼辦"), top_k=4)
    assert [hit.support.similarity for hit in found.hits] == [None] * 4
    assert found.topic is not None
    assert found.topic.support.similarity is None
    assert not index.searches_by_meaning
    assert INDEXES["meaning and words"].searches_by_meaning


def test_words_alone_know_the_matched_key_in_simplified_characters() -> None:
    asked = {Language.TAIWAN: ("顎骨壞死是什麼",), Language.MAINLAND: ("颚骨坏死严重吗",)}
    guide = guide_of(replace(passage(heading="顎骨壞死"), questions=asked))
    hit = words_only_index(guide, ()).search(read("颚骨坏死严重吗"), top_k=1).hits[0]
    assert hit.support.key.text == "颚骨坏死严重吗"


@both_ways
def test_hits_are_ranked_from_one_and_no_more_than_asked_for(index: PassageIndex) -> None:
    for top_k in (1, 3, 9):
        hits = index.search(read("骨頭痛怎麼辦"), top_k=top_k).hits
        assert [hit.rank for hit in hits] == list(range(1, min(top_k, 4) + 1))
        assert len({hit.passage.passage_id for hit in hits}) == len(hits)


@both_ways
def test_no_passage_shares_its_words_with_a_stranger(index: PassageIndex) -> None:
    found = index.search(read("wxyz qqq"), top_k=4)
    assert [hit.support.word_score for hit in found.hits] == [0] * 4
    assert [hit.support.coverage for hit in found.hits] == [0] * 4


@both_ways
def test_readings_are_added(index: PassageIndex) -> None:
    what, often = "癌症跑到骨頭是什麼意思", "癌骨瓦幾週打一針"
    hits = index.search(read(what, often), top_k=4).hits
    assert {hit.passage.passage_id for hit in hits[:2]} == {"what", "often"}
    for hit in hits[:2]:
        assert hit.support.coverage == pytest.approx(1)
        assert hit.support.similarity in (None, pytest.approx(1, abs=1e-5))


@both_ways
@pytest.mark.parametrize(("weights", "first"), [((1, 0.2), "what"), ((0.2, 1), "often")])
def test_a_reading_counts_by_its_weight(
    index: PassageIndex, weights: tuple[float, float], first: str
) -> None:
    questions = ("癌症跑到骨頭是什麼意思", "癌骨瓦幾週打一針")
    readings = [
        Reading(read_query(question), weight)
        for question, weight in zip(questions, weights, strict=True)
    ]
    assert index.search(readings, top_k=1).hits[0].passage.passage_id == first
    assert index.search(readings[::-1], top_k=1).hits[0].passage.passage_id == first


@both_ways
def test_what_was_looked_at_before_changes_nothing(index: PassageIndex) -> None:
    before = index.search(read("骨轉移是什麼", "怎麼運動"), top_k=3)
    for questions in (["骨轉移是什麼"], ["怎麼運動", "骨轉移是什麼"], ["骨轉移是什麼", "健保"]):
        again = index.search(read(*questions), top_k=3, before=before)
        assert again == index.search(read(*questions), top_k=3)


def test_what_was_looked_at_before_is_not_encoded_again() -> None:
    index = index_by_meaning(small_guide(), small_topics())
    encoder = index._encoder
    assert isinstance(encoder, FakeEncoder)
    before = index.search(read("骨轉移是什麼", "怎麼運動"), top_k=3)
    so_far = encoder.encoded
    index.search(read("骨轉移是什麼"), top_k=3, before=before)
    assert encoder.encoded == so_far
    found = index.search(read("骨轉移是什麼", "健保"), top_k=3, before=before)
    assert encoder.encoded == so_far + 1
    index.search(read("怎麼運動", "健保"), top_k=3, before=found)
    assert encoder.encoded == so_far + 1


@both_ways
def test_no_reading_is_refused(index: PassageIndex) -> None:
    with pytest.raises(ValueError, match="at least one reading"):
        index.search([], top_k=3)


@both_ways
@pytest.mark.parametrize(
    ("question", "topic_id"),
    [
        ("癌骨瓦一針多少錢", "cost"),
        ("健保有給付嗎", "cost"),
        ("明天會下雨嗎", "weather"),
        ("今天天氣如何呢", "weather"),
    ],
)
def test_the_closest_topic_is_named(index: PassageIndex, question: str, topic_id: str) -> None:
    found = index.search(read(question), top_k=1)
    assert found.topic is not None
    assert found.topic.topic.topic_id == topic_id
    assert found.topic.support.word_score > 0
    asked = found.topic.topic.questions[Language.TAIWAN]
    assert found.topic.support.key.text in asked


def test_the_topics_best_question_is_kept_with_its_similarity() -> None:
    found = INDEXES["meaning and words"].search(read("骨頭痛怎麼辦", "明天會下雨嗎"), top_k=1)
    assert found.topic is not None
    assert found.topic.support.key == Key(5, KeyKind.QUESTION, "明天會下雨嗎")
    assert found.topic.support.similarity == pytest.approx(1, abs=1e-5)


def test_without_topics_none_is_closest() -> None:
    for index in (index_by_meaning(small_guide()), words_only_index(small_guide(), ())):
        assert index.search(read("明天會下雨嗎"), top_k=1).topic is None


@both_ways
def test_the_same_question_finds_the_same(index: PassageIndex) -> None:
    first = index.search(read("骨頭痛要不要打針"), top_k=4)
    assert index.search(read("骨頭痛要不要打針"), top_k=4) == first


def test_meaning_outweighs_words() -> None:
    """The bank's own question wins over a passage that repeats its rare word."""
    guide = guide_of(
        passage("words", "牙科牙科牙科", heading="牙科", questions=("門診時間是幾點",)),
        passage("meaning", "拔牙前請告訴醫師。", heading="拔牙", questions=("可以看牙科嗎",)),
        passage("other", "每天走路。", heading="運動", questions=("怎麼運動",)),
    )
    hits = index_by_meaning(guide).search(read("可以看牙科嗎"), top_k=3).hits
    assert hits[0].passage.passage_id == "meaning"


@pytest.mark.parametrize("build", [index_by_meaning, lambda guide: words_only_index(guide, ())])
def test_ties_keep_the_order_of_the_guide(build: Callable[[Guide], PassageIndex]) -> None:
    names = ["d", "b", "a", "c", "e"]
    guide = guide_of(*(passage(name, questions=("骨轉移是什麼",)) for name in names))
    hits = build(guide).search(read("骨轉移是什麼"), top_k=5).hits
    assert [hit.passage.passage_id for hit in hits] == names


def test_in_a_guide_without_a_bank_labels_of_figures_come_last() -> None:
    text = "骨轉移常見於乳癌與前列腺癌，會引起疼痛。"
    label = replace(passage("label", text, heading=""), kind=PassageKind.CHART)
    guide = guide_of(label, passage("prose", text, heading=""))
    for index in (index_by_meaning(guide), words_only_index(guide, ())):
        assert not index.has_bank
        hits = index.search(read("骨轉移常見於哪些癌症"), top_k=2).hits
        assert [hit.passage.passage_id for hit in hits] == ["prose", "label"]


@pytest.mark.parametrize(
    ("build", "reference"),
    [
        (index_by_meaning, "Coleman R. Bone health in cancer: denosumab. 2020."),
        (lambda guide: words_only_index(guide, ()), "Coleman R. Denosumab. 2020."),
    ],
)
def test_in_a_chinese_guide_without_a_bank_english_references_give_way(
    build: Callable[[Guide], PassageIndex], reference: str
) -> None:
    """Each reference would come first for being closer to the one word that is asked."""
    prose = passage("prose", "denosumab 可以減少骨折與骨頭疼痛的風險，每次皮下注射。", heading="")
    more = passage("more", "運動可以減少骨折的風險，請每天走路三十分鐘以上。", heading="")
    guide = guide_of(passage("reference", reference, heading=""), prose, more)
    assert build(guide).search(read("denosumab"), top_k=1).hits[0].passage == prose


def test_a_passage_is_judged_by_its_best_key_however_many_others_are_closer() -> None:
    asked = tuple(f"骨轉移 {number}" for number in range(600))
    far = passage("far", "wxyz", heading="wxyz", questions=("wxyz qqqq",))
    index = index_by_meaning(guide_of(passage("near", questions=asked), far))
    encoder = FakeEncoder()
    (question,) = encoder.encode_questions(["骨轉移"])
    keys = encoder.encode_questions([key.text for key in index.keys])
    near, last = index.search(read("骨轉移"), top_k=2).hits
    own = [float(k @ question) for k, key in zip(keys, index.keys, strict=True) if key.owner == 1]
    assert (near.passage.passage_id, last.passage.passage_id) == ("near", "far")
    assert last.support.similarity == pytest.approx(max(own), abs=1e-5)


def test_keys_of_one_owner_stand_side_by_side_and_owners_in_order() -> None:
    guide = guide_of(
        passage("bank", "文", heading="題", questions=("問一", "問二")),
        passage("plain", "文", heading="題", section="章"),
    )
    topics = (Topic("t", "題", "說", {Language.TAIWAN: ("天氣",)}),)
    assert keys_of(guide, topics) == (
        Key(0, KeyKind.TEXT, "題。文"),
        Key(0, KeyKind.HEADING, "題"),
        Key(0, KeyKind.QUESTION, "問一"),
        Key(0, KeyKind.QUESTION, "問二"),
        Key(1, KeyKind.TEXT, "章。題。文"),
        Key(1, KeyKind.BODY, "文"),
        Key(2, KeyKind.QUESTION, "天氣"),
    )


def test_a_document_holds_text_and_questions_and_a_slotted_one_once_without_its_slot() -> None:
    asked = {Language.TAIWAN: ("骨頭痛", "{癌}會痛嗎"), Language.ENGLISH: ("Does {癌} hurt?",)}
    own = replace(passage(text="甲。", heading="痛"), questions=asked)
    topic = Topic("t", "題", "題", {Language.TAIWAN: ("{藥}多少錢", "有補助嗎")})
    assert owner_documents(guide_of(own), (topic,)) == [
        "痛。甲。\n骨頭痛\n會痛嗎\nDoes  hurt?",
        "多少錢\n有補助嗎",
    ]


@pytest.mark.parametrize("build", [index_by_meaning, lambda guide: words_only_index(guide, ())])
@pytest.mark.parametrize("asked", ["乳癌會痛到睡不著嗎", "肺癌會痛到睡不著嗎"])
def test_a_question_with_a_name_in_the_slot_finds_its_passage(
    build: Callable[[Guide], PassageIndex], asked: str
) -> None:
    guide = guide_of(
        passage("other", "每天走路。", heading="運動", questions=("怎麼運動",)),
        passage("pain", "骨頭會痛。", heading="疼痛", questions=("{癌}會痛到睡不著嗎",)),
    )
    (hit,) = build(guide).search(read(asked), top_k=1).hits
    assert hit.passage.passage_id == "pain"
    assert hit.support.key.text == asked
