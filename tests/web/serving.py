"""The application in a process of its own, for tests that ask it as a browser does."""

from __future__ import annotations

from evals.page.serving import Served, free_port, serving

__all__ = ["Served", "free_port", "serving"]
