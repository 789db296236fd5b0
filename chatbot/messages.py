"""Return the sentences of `chatbot/messages.toml`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from corpus.messages import Messages

say = Messages(Path(str(files("chatbot"))) / "messages.toml").say
