"""What can go wrong with a guide, one class for each way in which a caller reacts."""

from __future__ import annotations


class GuideError(Exception):
    """A guide cannot be used. The message is a sentence for the user."""


class EditionError(GuideError):
    """The edition breaks its own rules; each problem names file and line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


class ImportRefused(GuideError):
    """A file is not imported, and nothing was changed."""


class GuideMissing(GuideError):
    """No guide of that name has been imported."""


class GuideDamaged(GuideMissing):
    """The imported guide's file was changed or cannot be read; import it again."""


class SafetyTextsUnreadable(GuideError):
    """A data file of the safety texts is missing or damaged."""
