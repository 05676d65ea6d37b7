"""What every service must be told before it starts, and how it says what is missing."""

from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "KIEM_"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
S = TypeVar("S", bound="Basics")


class SettingsWrong(Exception):
    """The settings are incomplete or wrong; the message lists everything that is."""


class Basics(BaseSettings):
    """Read from the environment once, at the start; never changed afterwards."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore",
        hide_input_in_errors=True, use_attribute_docstrings=True,
    )  # fmt: skip

    host: str = "127.0.0.1"
    """the address to listen on"""

    port: int = Field(ge=0, le=65535, examples=[8101])
    """the port to listen on"""

    issuer: str = Field(pattern=r"^https?://[^/]", examples=["https://login.example.org"])
    """who issues the tokens: the URL of the OpenID provider"""

    audience: str = "kiem"
    """the audience that tokens must name"""

    keys: SecretStr = Field(examples=["k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="])
    """what wraps the keys of persons: id:base64 of 32 bytes, several separated by commas, the \
active one first (make one with `openssl rand -base64 32`)"""

    client_id: str = Field(examples=["ideas"])
    """the service's own name at the OpenID provider"""

    client_secret: SecretStr = Field(examples=["secret"])
    """the service's own secret at the OpenID provider"""

    development: bool = False
    """allows moving the clock; on loopback addresses only"""

    country: str = "NL"
    """whose public holidays count"""

    zone: ZoneInfo = ZoneInfo("Europe/Amsterdam")
    """the time zone of working days"""

    traces_file: Path | None = None
    """a file that gets the traces, where no collector is at hand"""

    traces_file_bytes: int = Field(50_000_000, ge=10_000)
    """when the traces file starts anew"""

    body_bytes: int = Field(65_536, ge=1_024)
    """the largest request body"""

    requests_per_second: float = Field(500, gt=0)
    """how often one caller may ask, in the long run"""

    requests_burst: int = Field(1_000, ge=1)
    """how often one caller may ask at once"""

    drain_seconds: float = Field(0, ge=0)
    """how long to serve after /readyz says no, at a stop"""

    stop_seconds: float = Field(20, gt=0)
    """the longest a stop may take"""

    start_seconds: float = Field(30, gt=0)
    """how long to wait for the database at the start"""

    @model_validator(mode="after")
    def _development_stays_on_loopback(self) -> Self:
        issuer = urlsplit(self.issuer).hostname
        if self.development and not (self.host in LOOPBACK and issuer in LOOPBACK):
            raise ValueError(
                "KIEM_DEVELOPMENT is for one machine: KIEM_HOST and KIEM_ISSUER must be loopback "
                "addresses such as 127.0.0.1, or leave KIEM_DEVELOPMENT out"
            )
        return self


class Settings(Basics):
    """The settings of a service that keeps facts, and tells and hears them."""

    database_url: SecretStr = Field(examples=["postgresql://ideas:secret@127.0.0.1/kiem_ideas"])
    """the service's database, as the role that may only read and append; the server itself, not a \
connection pooler such as PgBouncer"""

    migration_database_url: SecretStr | None = None
    """the same database as its owner; needed by `migrate` only"""

    kafka_bootstrap: str = Field(examples=["127.0.0.1:9092"])
    """addresses of Kafka, separated by commas"""


def load(kind: type[S]) -> S:
    """Read the settings; raises SettingsWrong with everything that is missing or wrong at once."""
    try:
        return kind()  # type: ignore[call-arg]  # the environment gives them
    except ValidationError as error:
        lines = [_complaint(kind, found) for found in error.errors(include_input=False)]
        raise SettingsWrong(
            "these settings keep the service from starting:\n" + "\n".join(lines)
        ) from None


def example(kind: type[S]) -> S:
    """Settings made of the fields' examples, for what needs a service but never runs it."""
    given = {
        name: field.examples[0]
        for name, field in kind.model_fields.items()
        if field.is_required() and field.examples
    }
    return kind(**given)


def _complaint(kind: type[Basics], found: Any) -> str:
    if not found["loc"]:
        return f"  {found['msg'].removeprefix('Value error, ')}"
    name = found["loc"][0]
    field, variable = kind.model_fields[name], f"{PREFIX}{name.upper()}"
    wrong = "is missing" if found["type"] == "missing" else f"is wrong: {found['msg']}"
    example = f"={field.examples[0]}" if field.examples else ""
    return f"  {variable} {wrong} ({field.description}): set {variable}{example}"
