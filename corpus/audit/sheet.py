"""What the sheets to be read and signed have in common: how they are rendered."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined


def render_sheet(template: str, **values: object) -> str:
    """Return a sheet as one HTML page that needs nothing else."""
    environment = Environment(
        loader=PackageLoader("corpus.audit", "."), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(template).render(**values)
