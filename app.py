"""Start the page, with settings from environment and file (see `chatbot/settings.py`).

What stands behind the name goes to `python -m chatbot serve`: `python app.py --kiosk`.
"""

from __future__ import annotations

import sys

from chatbot.web import garbage, gradio_stubs


def main() -> int:
    """Serve until stopped; return the exit status."""
    if sys.argv[1:]:
        from chatbot.__main__ import cli

        cli(["serve", *sys.argv[1:]])  # ends the program
    garbage.hold()  # before the imports, which make most of what stays
    gradio_stubs.leave_out()
    from chatbot.effective import load_settings
    from chatbot.web.server import run_server
    from corpus.configuration import ConfigurationError

    try:
        settings = load_settings()
    except ConfigurationError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return run_server(settings)


if __name__ == "__main__":
    sys.exit(main())
