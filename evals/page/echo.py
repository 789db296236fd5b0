"""The least that Gradio can be: a log, a box, and what was typed said back. Run as a program."""

from __future__ import annotations

import os
import sys
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported
os.environ.setdefault("GRADIO_RUN_HISTORY", "False")

import gradio as gr


def build_echo() -> gr.Blocks:
    """Return a page that says back what was typed, by the fastest way that Gradio has."""

    def respond(question: str, said: list[dict[str, str]]) -> tuple[Any, ...]:
        said = [
            *said,
            {"role": "user", "content": question},
            {"role": "assistant", "content": question},
        ]
        return "", said, said

    page: gr.Blocks
    with gr.Blocks(analytics_enabled=False) as page:
        state = gr.State([])
        log = gr.Chatbot(elem_id="log", buttons=[])
        box = gr.Textbox(elem_id="question", show_label=False)
        send = gr.Button("Ask", elem_id="send")
        for trigger in (box.submit, send.click):
            trigger(respond, [box, state], [box, log, state], queue=False)
    return page


if __name__ == "__main__":
    build_echo().launch(
        server_name="127.0.0.1",
        server_port=int(sys.argv[1]),
        share=False,
        ssr_mode=False,
        quiet=True,
        footer_links=[],
    )
