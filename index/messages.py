"""Return the sentences of `index/messages.toml`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from corpus.messages import Messages

say = Messages(Path(str(files("index"))) / "messages.toml").say
