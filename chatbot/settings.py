"""Settings from the environment (`BONEHEALTH_…`), checked when the program starts."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from chatbot.contacts import Team


class Settings(BaseSettings):
    """What an operator may change.

    Attributes:
        host: Address to serve on.
        port: Port to serve on.
        model: Encoder: `default`, `none` for words alone, `sentence-transformers` for the same
            weights in torch, or the name or path of any sentence-transformers model.
        original: File of a guide to answer from, or the name of an imported one; else the edition.
        allowed_hosts: Names under which the page may be asked for.
        requests_per_minute: Questions that one address may ask in a minute.
        team_name: Whom the number of the treating team reaches: 「腫瘤個管師」.
        team_phone: That number, as notices show it.
        team_desk: Where to find somebody in the building: 「一樓服務台」.
        kiosk: Whether the page stands in a place where nobody looks after it (docs/kiosk.md).
        kiosk_idle_seconds: How long nobody may touch such a page before it asks.
        kiosk_countdown_seconds: How long it then waits for an answer before it wipes everything;
            20 seconds at least, as WCAG 2.2.1 has it.
        remember_display: Whether a person may tick that the browser keeps text size, contrast and
            script; nothing else is ever kept. Off for computers that people share.
    """

    model_config = SettingsConfigDict(env_prefix="BONEHEALTH_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=1, le=65535)
    model: str = "default"
    original: Path | None = None
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    requests_per_minute: int = Field(default=60, ge=1)
    team_name: str = Field(default="", max_length=40)
    team_phone: str = Field(default="", max_length=40, pattern=r"^[0-9+#()\- ]*$")

    team_desk: str = Field(default="", max_length=40)
    kiosk: bool = False
    kiosk_idle_seconds: int = Field(default=60, ge=20, le=3600)
    kiosk_countdown_seconds: int = Field(default=20, ge=20, le=600)
    remember_display: bool = True

    @property
    def team(self) -> Team:
        """The treating team, as notices name it."""
        return Team(self.team_name, self.team_phone)
