"""Our own pages: where their templates and static files are."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

STATIC = files("chatbot") / "web" / "static"
environment = Environment(
    loader=PackageLoader("chatbot.web", "pages"), autoescape=True, undefined=StrictUndefined
)
