"""In which language the person at the terminal is spoken to, by the locale of the system."""

from __future__ import annotations

import os

TRADITIONAL, SIMPLIFIED, ENGLISH = "zh-Hant", "zh-Hans", "en"
SIMPLIFIED_PLACES = ("zh_cn", "zh_sg", "zh_hans", "zh-cn", "zh-hans")


def user_language() -> str:
    """Return `zh-Hant`, `zh-Hans` or `en`; Traditional Chinese where the locale does not say."""
    variables = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name] for name in variables if os.environ.get(name)), "").lower()
    if locale.startswith(SIMPLIFIED_PLACES):
        return SIMPLIFIED
    return ENGLISH if locale.startswith("en") else TRADITIONAL
