"""Settings from the environment (`BONEHEALTH_…`) and a TOML file, checked at the start."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, IPvAnyNetwork, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from chatbot.contacts import Team
from chatbot.messages import say
from chatbot.passwords import SCHEME, Password, WrongHash, problem_of
from corpus.configuration import PREFIX, read_configuration
from index.store_choice import StoreName, store_kind
from index.vector_store import StoreKind


class LogFormat(StrEnum):
    """How lines of the log are written."""

    TEXT = "text"
    JSON = "json"


def _separated(value: object) -> object:
    """Return a list from `a, b`, as an environment variable holds it; JSON is taken too."""
    if not isinstance(value, str):
        return value
    if value.startswith('["') and value.endswith('"]'):
        try:
            return json.loads(value)
        except ValueError:
            pass  # then it is a text with commas, and its parts are checked
    return [part.strip() for part in value.split(",") if part.strip()]


Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_separated)]
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_separated)]


class Settings(BaseSettings):
    """What an operator may change.

    What the command line gives comes first, then the environment, then the file that
    `BONEHEALTH_CONFIG` names.

    Attributes:
        host: Address to serve on.
        port: Port to serve on.
        data: Where index, model and imported guides are kept; else the platform's usual place.
        model: Encoder: `default`, `none` for words alone, `sentence-transformers` for the same
            weights in torch, or the name or path of any sentence-transformers model.
        store: How the vectors are kept: `exact`, `hnsw`, or `milvus` (docs/growth.md).
        milvus_uri: Where Milvus is: `http://…`, or a path for Milvus Lite.
        milvus_token: What Milvus is asked with, where it wants it.
        original: File of a guide to answer from, or the name of an imported one; else the edition.
        allowed_hosts: Names under which the page may be asked for.
        requests_per_minute: Questions that one address may ask in a minute.
        trusted_proxies: From where `X-Forwarded-For` is believed to name the person's address.
        team_name: Whom the number of the treating team reaches: 「腫瘤個管師」.
        team_phone: That number, as notices show it.
        team_desk: Where to find somebody in the building: 「一樓服務台」.
        kiosk: Whether the page stands in a place where nobody looks after it (docs/kiosk.md).
        kiosk_idle_seconds: How long nobody may touch such a page before it asks.
        kiosk_countdown_seconds: How long it then waits for an answer before it wipes everything;
            20 seconds at least, as WCAG 2.2.1 has it.
        remember_display: Whether a person may tick that the browser keeps text size, contrast and
            script; nothing else is ever kept. Off for computers that people share.
        log_format: `text`, or `json` for one object a line.
        log_replies: Whether each reply leaves a line: its kind and seconds, never a word of it.
        metrics: Whether `/metrics` is there, for Prometheus.
        metrics_networks: From where it may be read.
        metrics_token: What a reader must then bring too, as `Authorization: Bearer …`; at least
            16 characters.
        shutdown_seconds: How long answers in flight may take when the server is told to stop.
        staff_password: Opens `/staff` to volunteers (docs/staff.md): ten characters or more, or
            what `python -m chatbot password` prints. Without it there is no such page.
        staff_on_kiosk: Whether there is one on a page that nobody looks after, too.
        keep_unanswered: Whether questions without an answer are kept, personal data taken out;
            never on a kiosk.
        keep_flags: Whether the ids of passages that people called wrong are kept.
        keep_days: After how many days both are deleted.
        report_database: SQLAlchemy URL of the database for both; a file in the data folder else.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=1, le=65535)
    data: Path | None = None
    model: str = "default"
    store: StoreName = StoreName.EXACT
    milvus_uri: str = ""
    milvus_token: SecretStr = SecretStr("")
    original: Path | None = None
    allowed_hosts: Hosts = ("127.0.0.1", "localhost", "[::1]")
    requests_per_minute: int = Field(default=60, ge=1)
    trusted_proxies: Networks = Field(default=("127.0.0.1/32", "::1/128"), validate_default=True)
    team_name: str = Field(default="", max_length=40)
    team_phone: str = Field(default="", max_length=40, pattern=r"^[0-9+#()\- ]*$")

    team_desk: str = Field(default="", max_length=40)
    kiosk: bool = False
    kiosk_idle_seconds: int = Field(default=60, ge=20, le=3600)
    kiosk_countdown_seconds: int = Field(default=20, ge=20, le=600)
    remember_display: bool = True
    staff_password: SecretStr = SecretStr("")
    staff_on_kiosk: bool = False
    keep_unanswered: bool = False
    keep_flags: bool = False
    keep_days: int = Field(default=30, ge=1, le=365)
    report_database: SecretStr = SecretStr("")
    log_format: LogFormat = LogFormat.TEXT
    log_replies: bool = False
    metrics: bool = False
    metrics_networks: Networks = Field(default=("127.0.0.0/8", "::1/128"), validate_default=True)
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    shutdown_seconds: int = Field(default=20, ge=1, le=600)

    @field_validator("staff_password")
    @classmethod
    def _is_long_enough(cls, password: SecretStr) -> SecretStr:
        given = password.get_secret_value()
        try:
            if given.startswith(f"{SCHEME}:"):
                Password.read(given)
            elif given and (problem := problem_of(given)):
                raise ValueError(problem)
        except WrongHash as error:
            raise ValueError(say("staff", "wrong_hash")) from error
        return password

    @property
    def has_staff_page(self) -> bool:
        """Whether `/staff` is there."""
        return bool(self.staff_password.get_secret_value()) and (
            self.staff_on_kiosk or not self.kiosk
        )

    @property
    def keeps_questions(self) -> bool:
        """Whether questions without an answer are kept. A kiosk promises that it keeps none."""
        return self.keep_unanswered and not self.kiosk

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the places that settings come from, the strongest first."""
        file = InitSettingsSource(settings_cls, dict(read_configuration()))
        return init_settings, env_settings, file

    @property
    def team(self) -> Team:
        """The treating team, as notices name it."""
        return Team(self.team_name, self.team_phone)

    @property
    def store_kind(self) -> StoreKind:
        """How the vectors are kept."""
        return store_kind(self.store, self.milvus_uri, self.milvus_token.get_secret_value())
