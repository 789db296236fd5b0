"""What can be wrong with the database of the report."""

from __future__ import annotations


class ReportMisconfigured(Exception):
    """The database that the settings name cannot be used. The message is for the operator."""


class ReportUnavailable(Exception):
    """The database does not answer. The message names the kind of error and no row."""
