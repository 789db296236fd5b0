"""The page in a browser: its states, how accessible they are, how heavy and how fast it is."""
