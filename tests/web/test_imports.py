"""What serving the page loads."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.helpers import ROOT

SCRIPT = (
    "import json, sys\n"
    "from chatbot.settings import Settings\n"
    "from chatbot.web.server import build_app\n"
    "from chatbot.web.service import Service\n"
    "settings = Settings(model='none')\n"
    "service = Service(settings)\n"
    "build_app(service, settings)\n"
    "kind = service.chatbot.reply('骨轉移是什麼').reply.kind\n"
    "print(json.dumps([kind, sorted({n.partition('.')[0] for n in sys.modules})]))\n"
)


def test_serving_the_page_imports_no_torch_no_database_and_no_plots() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    kind, roots = json.loads(done.stdout.splitlines()[-1])
    assert kind == "answer"
    assert {
        "torch",
        "transformers",
        "pymilvus",
        "milvus_lite",
        "matplotlib",
        "sklearn",
        "sqlalchemy",
        "evals",
    } & (set(roots)) == set()
    assert {"gradio", "faiss", "marisa_trie"} <= set(roots)
