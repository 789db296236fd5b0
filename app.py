"""Start the page, with settings from the environment (see `chatbot/settings.py`)."""

from __future__ import annotations

import sys

from pydantic import ValidationError

from chatbot.messages import say
from chatbot.settings import Settings
from chatbot.web.server import run_server


def main() -> int:
    """Serve until stopped; return the exit status."""
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(map(str, problem["loc"])).upper()
            sentence = say("cli", "wrong_setting", name=name, problem=problem["msg"])
            print(sentence, file=sys.stderr)  # noqa: T201
        return 2
    return run_server(settings)


if __name__ == "__main__":
    sys.exit(main())
