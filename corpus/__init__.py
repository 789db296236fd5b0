"""The guide as data: its edition in our own words, imported guides, and what it does not answer."""
