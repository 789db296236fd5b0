"""Check the edition: by itself, against the publisher's guide, and the checks themselves."""
