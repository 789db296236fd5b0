"""Keep Gradio from writing for editors and manuals while it is imported: half of what that takes.

For each of its components it parses its own source and compares, or writes, a `.pyi` beside it, and
renders a text about each event. That serves who writes components, and it would change the
installation at a start.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType

WRITERS = {
    "gradio.component_meta": "create_or_modify_pyi",
    "gradio.events": "EventListener.set_doc",
}


def leave_out() -> None:
    """Write none of it in this process. Call it before Gradio is imported."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the modules that write, and has their writers replaced once they are loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return such a module's own spec with another loader; of every other module nothing."""
        if fullname not in WRITERS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        """Run the module as it is, then replace its writer where this version has it."""
        super().exec_module(module)
        owner, _, writer = WRITERS[module.__name__].rpartition(".")
        holder = getattr(module, owner, None) if owner else module
        if hasattr(holder, writer):
            setattr(holder, writer, _write_nothing)


def _write_nothing(*_: object, **__: object) -> None:
    return
