"""Other people's search, run beside ours on the same cases, each in an environment of its own."""
