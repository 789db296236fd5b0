"""What can go wrong with an index or a model, one class for each way in which a caller reacts."""

from __future__ import annotations


class IndexProblem(Exception):
    """The stored index cannot be used as it is. The message is a sentence for the user."""


class IndexMissing(IndexProblem):
    """No index has been built for this guide."""


class IndexStale(IndexProblem):
    """The index was built from another guide text, model or version."""


class IndexDamaged(IndexProblem):
    """A file of the index is missing or not as its manifest says."""


class RecallTooLow(IndexProblem):
    """A store was built that does not find what exact search finds; it is not put into use."""


class StoreUnavailable(IndexProblem):
    """The store of the vectors is not installed, or does not answer."""


class EncoderUnavailable(Exception):
    """There is no model to turn text into vectors. The message says why."""
