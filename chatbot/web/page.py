"""The Gradio page: a question box, cited replies, and buttons with further questions.

The chat log is an output only: the history lives in server-side state, so that no browser can
hand in a file as a message (docs/design.md, "Five traps").
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported
os.environ.setdefault("GRADIO_RUN_HISTORY", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr

from chatbot.bot import MOST_CHARACTERS
from chatbot.conversation import Conversation
from chatbot.templates import Templates
from chatbot.web.markdown import folded_markdown, literal, reply_markdown
from chatbot.web.service import Service
from corpus.audit.safety_sign_offs import notices_reviewed

FONTS = (
    "Noto Sans TC",
    "Noto Sans CJK TC",
    "Source Han Sans TC",
    "PingFang TC",
    "Microsoft JhengHei",
    "Heiti TC",
    "sans-serif",
)
CAPACITY = 200  # sessions whose state is held; the oldest go first
KEPT_TURNS = 30
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What one open page remembers, in the server's memory only."""

    messages: tuple[Message, ...] = ()
    conversation: Conversation = field(default_factory=Conversation)


def theme() -> gr.themes.Base:
    """Return a theme of our own tokens, without any font that would be fetched."""
    fonts = [gr.themes.Font(name) for name in FONTS]
    base = gr.themes.Base(font=fonts, font_mono=fonts)
    return base.set(
        body_background_fill="var(--paper)",
        body_text_color="var(--ink)",
        background_fill_primary="var(--paper)",
        background_fill_secondary="var(--paper)",
        block_background_fill="transparent",
        block_border_width="0px",
        block_shadow="none",
        block_label_text_color="var(--ink)",
        input_background_fill="var(--sheet)",
        input_border_color="var(--edge)",
        input_border_width="2px",
        input_placeholder_color="var(--ink-soft)",
        button_primary_background_fill="var(--accent)",
        button_primary_background_fill_hover="var(--accent-deep)",
        button_primary_text_color="var(--on-accent)",
        button_secondary_background_fill="var(--sheet)",
        button_secondary_background_fill_hover="var(--accent-wash)",
        button_secondary_text_color="var(--accent)",
        button_secondary_border_color="var(--edge)",
        link_text_color="var(--accent)",
    )


def build_page(service: Service) -> gr.Blocks:
    """Return the page over a service."""
    page: gr.Blocks
    say = service.chatbot.templates.say

    def respond(question: str, dialogue: Dialogue) -> tuple[Any, ...]:
        dialogue = add_turn(service, dialogue, question or "")
        return "", list(dialogue.messages), dialogue, *_shown(conversing=True)

    def choose(dialogue: Dialogue, event: gr.SelectData) -> tuple[Any, ...]:
        value = event.value.get("value") if isinstance(event.value, dict) else event.value
        return respond(str(value or ""), dialogue)

    def clear() -> tuple[Any, ...]:
        return "", [], Dialogue(), *_shown(conversing=False)

    with gr.Blocks(
        title=say("page", "title"), analytics_enabled=False, delete_cache=(600, 600)
    ) as page:
        dialogue = gr.State(Dialogue(), time_to_live=3600)
        with gr.Column(elem_id="start") as start:
            gr.Markdown(
                f"# {literal(say('page', 'hello'))}\n\n{literal(say('page', 'not_a_doctor'))}"
            )
        log = gr.Chatbot(
            elem_id="log",
            label=say("page", "title"),
            show_label=False,
            container=False,
            height=None,
            layout="panel",
            autoscroll=False,
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            allow_tags=False,
            sanitize_html=True,
            line_breaks=False,
            group_consecutive_messages=False,
        )
        with gr.Row(elem_id="ask", equal_height=True):
            box = gr.Textbox(
                label=say("page", "question_label"),
                placeholder=say("page", "question_placeholder"),
                lines=1,
                max_lines=5,
                max_length=MOST_CHARACTERS,
                elem_id="question",
                scale=4,
            )
            button = gr.Button(
                say("page", "ask_button"), variant="primary", elem_id="send", scale=1, min_width=100
            )
        with gr.Column(elem_id="examples") as examples:
            gr.Markdown(f"## {literal(say('page', 'examples'))}")
            buttons = [
                gr.Button(example, elem_classes=["question"])
                for example in service.chatbot.examples()
            ]
        reset = gr.Button(say("page", "clear_button"), elem_id="clear", visible=False)
        gr.Markdown(about(service.chatbot.templates), elem_id="about")
        changed = [box, log, dialogue, start, examples, reset]
        private: dict[str, Any] = {"queue": False, "api_visibility": "private"}
        for trigger in (box.submit, button.click):
            trigger(respond, [box, dialogue], changed, api_name="ask", **private)
        for example in buttons:
            example.click(respond, [example, dialogue], changed, **private)
        log.option_select(choose, [dialogue], changed, **private)
        reset.click(clear, None, changed, **private)
    page.has_launched = True  # a mounted page would not check file paths otherwise
    page.state_session_capacity = CAPACITY
    return page


def about(templates: Templates) -> str:
    """Return whose words the page shows, who has reviewed them, and where what is typed goes."""
    reviewed = notices_reviewed()
    lines = (
        templates.say("page", "about_source"),
        templates.say("page", "reviewed", signed=str(reviewed.signed), total=str(reviewed.total)),
        templates.say("page", "privacy"),
    )
    return "\n\n".join(map(literal, lines))


def _shown(*, conversing: bool) -> tuple[Any, ...]:
    """Return which of start, examples and clear button are seen."""
    first = gr.update(visible=not conversing)
    return first, first, gr.update(visible=conversing)


def add_turn(service: Service, dialogue: Dialogue, question: str) -> Dialogue:
    """Return the dialogue with a question and its reply added."""
    chatbot = service.chatbot
    turn = chatbot.reply(question, dialogue.conversation)
    reply: Message = {
        "role": "assistant",
        "content": reply_markdown(turn.reply, chatbot.templates),
        "options": [{"value": s, "label": s} for s in turn.reply.suggestions],
    }
    asked: list[Message] = (
        [{"role": "user", "content": literal(question)}] if question.strip() else []
    )
    folded: list[Message] = []
    hidden = folded_markdown(turn.reply, chatbot.templates)
    if hidden:
        title = str(chatbot.templates.say("page", "folded_title"))
        folded = [
            {
                "role": "assistant",
                "content": hidden,
                "metadata": {"title": title, "status": "done"},
                "options": [],
            }
        ]
    before = [{**message, "options": []} for message in dialogue.messages]
    messages = [*before, *asked, reply, *folded][-2 * KEPT_TURNS :]
    return Dialogue(tuple(messages), turn.conversation)
