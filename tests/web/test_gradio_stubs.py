"""Gradio is imported without writing for editors, and builds its page all the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import pathlib
from chatbot.web import gradio_stubs
gradio_stubs.leave_out()
gradio_stubs.leave_out()
pathlib.Path.write_text = None  # whatever writes fails
import gradio
from gradio import component_meta, events
assert component_meta.create_or_modify_pyi is gradio_stubs._write_nothing
assert events.EventListener.set_doc is gradio_stubs._write_nothing
with gradio.Blocks() as page:
    box = gradio.Textbox()
    box.submit(lambda text: text, box, box)
print(len(page.fns))
"""


def test_it_writes_nothing_and_events_work() -> None:
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["1"]
