"""The Gradio page: a question box, cited replies, and buttons with further questions.

The chat log is an output only: the history lives in server-side state, so that no browser can
hand in a file as a message (docs/design.md, "Five traps").
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported
os.environ.setdefault("GRADIO_RUN_HISTORY", "False")
# Else the last 10,000 events are kept, and counted anew by pandas after each one.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**12))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr

from chatbot.bot import MOST_CHARACTERS
from chatbot.contract import FAILED
from chatbot.report.keeper import Keeper
from chatbot.templates import Templates
from chatbot.web.dialogue import Dialogue, add_turn
from chatbot.web.logs import kind_and_place
from chatbot.web.markdown import literal
from chatbot.web.script import in_script, sentences
from chatbot.web.service import Service, logger
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
CAPACITY = 1_000  # conversations that are held; the oldest go first


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


def build_page(service: Service, *, can_dial: bool = True) -> gr.Blocks:
    """Return the page over a service; on a kiosk the numbers in it cannot be tapped."""
    page: gr.Blocks
    examples_asked = service.chatbot.examples()
    templates = sentences(simplified=False)
    say = templates.say

    def shown(dialogue: Dialogue, before: Dialogue) -> tuple[Any, ...]:
        """Return an empty box, the log, what is remembered, and what is seen beside them.

        Gradio keeps another box for each update of one, as long as the session lasts; so the
        box is only updated where it changes.
        """
        first = gr.update(visible=not dialogue.turns)
        later = gr.update(visible=bool(dialogue.turns))
        is_same = bool(before.turns) == bool(dialogue.turns)
        asking = "" if is_same else gr.update(value="", placeholder=placeholder(dialogue))
        return asking, list(dialogue.messages), dialogue, first, first, later

    def respond(question: str, dialogue: Dialogue) -> tuple[Any, ...]:
        return shown(_added(service, dialogue, question or ""), dialogue)

    def choose(dialogue: Dialogue, event: gr.SelectData) -> tuple[Any, ...]:
        value = event.value.get("value") if isinstance(event.value, dict) else event.value
        return respond(str(value or ""), dialogue)

    def respond_with(question: str) -> Callable[[Dialogue], tuple[Any, ...]]:
        return lambda dialogue: respond(question, dialogue)

    def clear(dialogue: Dialogue) -> tuple[Any, ...]:
        empty = Dialogue(is_simplified=dialogue.is_simplified, can_dial=can_dial)
        return shown(empty, dialogue)

    def show_in(dialogue: Dialogue, *, simplified: bool) -> tuple[Any, ...]:
        dialogue = replace(dialogue, is_simplified=simplified)
        return list(dialogue.messages), dialogue, *_words(dialogue, examples_asked, service.keeper)

    with gr.Blocks(
        title=say("page", "title"), analytics_enabled=False, delete_cache=(600, 600)
    ) as page:
        dialogue = gr.State(Dialogue(can_dial=can_dial), time_to_live=3600)
        with gr.Column(elem_id="start") as start:
            hello = gr.Markdown(hello_markdown(templates))
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
            examples_title = gr.Markdown(examples_markdown(templates) if examples_asked else "")
            buttons = [gr.Button(asked, elem_classes=["question"]) for asked in examples_asked]
        reset = gr.Button(say("page", "clear_button"), elem_id="clear", visible=False)
        foot = gr.Markdown(about(templates, service.keeper), elem_id="about")
        changed = [box, log, dialogue, start, examples, reset]
        worded = [hello, examples_title, foot, box, button, reset, *buttons]
        private: dict[str, Any] = {
            "queue": False,
            "api_visibility": "private",
            "show_progress": "hidden",  # page.js tells it; Gradio does in English
        }
        for trigger in (box.submit, button.click):
            trigger(respond, [box, dialogue], changed, api_name="ask", **private)
        for asked, example in zip(examples_asked, buttons, strict=True):
            example.click(respond_with(asked), [dialogue], changed, **private)
        log.option_select(choose, [dialogue], changed, **private)
        reset.click(clear, [dialogue], changed, **private)
        for name, simplified in (("traditional", False), ("simplified", True)):
            switch = gr.Button(name, elem_id=f"show-{name}", visible="hidden")  # display.js
            show = partial(show_in, simplified=simplified)
            switch.click(show, [dialogue], [log, dialogue, *worded], **private)
    page.has_launched = True  # a mounted page would not check file paths otherwise
    page.state_session_capacity = CAPACITY
    return page


def _added(service: Service, dialogue: Dialogue, question: str) -> Dialogue:
    """Return the dialogue with its next turn; a failure is logged without its words."""
    try:
        return add_turn(service, dialogue, question)
    except Exception as error:  # noqa: BLE001 - Gradio would print it: it may hold the question
        logger.error("A question failed: %s", kind_and_place(error))
        raise gr.Error(FAILED, visible=False, print_exception=False) from None


def placeholder(dialogue: Dialogue) -> str:
    """Return what stands in the empty box: an example at the start, then short."""
    name = "ask_on" if dialogue.turns else "question_placeholder"
    return dialogue.sentences.say("page", name)


def _words(dialogue: Dialogue, examples: Sequence[str], keeper: Keeper) -> tuple[Any, ...]:
    """Return the words of the page that are not replies."""
    templates = dialogue.sentences
    say = templates.say
    return (
        hello_markdown(templates),
        examples_markdown(templates) if examples else "",
        about(templates, keeper),
        gr.update(label=say("page", "question_label"), placeholder=placeholder(dialogue)),
        gr.update(value=say("page", "ask_button")),
        gr.update(value=say("page", "clear_button")),
        *(gr.update(value=in_script(example, templates)) for example in examples),
    )


def hello_markdown(templates: Templates) -> str:
    """Return what the page is and is not."""
    hello = literal(templates.say("page", "hello"))
    return f"## {hello}\n\n{literal(templates.say('page', 'not_a_doctor'))}"


def examples_markdown(templates: Templates) -> str:
    """Return what stands over the questions to start with."""
    return f"## {literal(templates.say('page', 'examples'))}"


def about(templates: Templates, keeper: Keeper | None = None) -> str:
    """Return whose words the page shows, who has reviewed them, and where what is typed goes."""
    reviewed = notices_reviewed()
    privacy = templates.say("page", "privacy")
    if keeper is not None and keeper.keeps_questions:
        privacy = templates.say("page", "privacy_kept", days=str(keeper.days))
    lines = (
        templates.say("page", "about_source"),
        templates.say("page", "reviewed", signed=str(reviewed.signed), total=str(reviewed.total)),
        privacy,
    )
    return "\n\n".join(map(literal, lines))
