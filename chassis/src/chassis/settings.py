"""What every service must be told before it starts, and how it says what is missing."""

from pathlib import Path
from types import NoneType
from typing import Any, Self, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "KIEM_"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
S = TypeVar("S", bound="Settings")


class SettingsWrong(Exception):
    """The settings are incomplete or wrong; the message lists everything that is."""


class Settings(BaseSettings):
    """Read from the environment once, at the start; never changed afterwards."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True,
        env_prefix=PREFIX,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database_url: SecretStr = Field(
        description="the service's database, as the role that may only read and append",
        examples=["postgresql://ideas:secret@127.0.0.1:5432/kiem_ideas"],
    )
    migration_database_url: SecretStr | None = Field(
        default=None,
        description="the same database as its owner; needed by `migrate` only",
        examples=["postgresql://ideas_owner:secret@127.0.0.1:5432/kiem_ideas"],
    )
    kafka_bootstrap: str = Field(
        description="addresses of Kafka, separated by commas", examples=["127.0.0.1:9092"]
    )
    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(ge=0, le=65535, description="the port to listen on", examples=[8101])
    issuer: str = Field(
        pattern=r"^https?://[^/]",
        description="who issues the tokens: the URL of the OpenID provider",
        examples=["https://login.example.org"],
    )
    audience: str = Field(default="kiem", description="the audience that tokens must name")
    keys: SecretStr = Field(
        description="what wraps the keys of persons: id:base64 of 32 bytes, several separated by "
        "commas, the active one first (make one with `openssl rand -base64 32`)",
        examples=["k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="],
    )
    client_id: str = Field(
        description="the service's own name at the OpenID provider", examples=["ideas"]
    )
    client_secret: SecretStr = Field(
        description="the service's own secret at the OpenID provider", examples=["secret"]
    )
    development: bool = Field(
        default=False, description="allows moving the clock; on loopback addresses only"
    )
    country: str = Field(default="NL", description="whose public holidays count")
    zone: str = Field(default="Europe/Amsterdam", description="the time zone of working days")
    traces_file: Path | None = Field(
        default=None, description="a file that gets the traces, where no collector is at hand"
    )
    traces_file_bytes: int = Field(
        default=50_000_000, ge=10_000, description="when the traces file starts anew"
    )
    body_bytes: int = Field(default=65_536, ge=1_024, description="the largest request body")
    requests_per_second: float = Field(
        default=500, gt=0, description="how often one caller may ask, in the long run"
    )
    requests_burst: int = Field(
        default=1_000, ge=1, description="how often one caller may ask at once"
    )
    drain_seconds: float = Field(
        default=0, ge=0, description="how long to serve after /readyz says no, at a stop"
    )
    stop_seconds: float = Field(default=20, gt=0, description="the longest a stop may take")
    start_seconds: float = Field(
        default=30, ge=0, description="how long to wait for the database at the start"
    )

    @model_validator(mode="after")
    def _development_stays_on_loopback(self) -> Self:
        issuer = urlsplit(self.issuer).hostname
        if self.development and not (self.host in LOOPBACK and issuer in LOOPBACK):
            raise ValueError(
                "KIEM_DEVELOPMENT is for one machine: KIEM_HOST and KIEM_ISSUER must be loopback "
                "addresses such as 127.0.0.1, or leave KIEM_DEVELOPMENT out"
            )
        return self


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


def _complaint(kind: type[Settings], found: Any) -> str:
    if not found["loc"]:
        return f"  {found['msg'].removeprefix('Value error, ')}"
    name = str(found["loc"][0]).removeprefix(PREFIX.lower())
    field = kind.model_fields.get(name)
    variable = f"{PREFIX}{name.upper()}"
    what = f" ({field.description})" if field and field.description else ""
    how = (
        f": set {variable}={field.examples[0]}" if field and field.examples else f": set {variable}"
    )
    wrong = "is missing" if found["type"] == "missing" else f"is wrong: {found['msg']}"
    return f"  {variable} {wrong}{what}{how}"


def described(kinds: dict[str, type[Settings]]) -> str:
    """Return a Markdown page with every setting of every service."""
    base = Settings.model_fields
    parts = ["# Settings\n\nGenerated; read once from the environment when a service starts.\n"]
    parts += ["## Every service\n", _table(base)]
    for service, kind in kinds.items():
        own = {
            name: field
            for name, field in kind.model_fields.items()
            if name not in base or repr(field) != repr(base[name])
        }
        parts += [f"## {service}\n", _table(own) if own else "Nothing more.\n"]
    return "\n".join(parts)


def _table(fields: dict[str, Any]) -> str:
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in fields.items():
        secret = SecretStr in (field.annotation, *get_args(field.annotation))
        shown = (
            "**required**" if field.is_required()
            else "-" if field.default is None
            else f"`{field.default}`"
        )  # fmt: skip
        optional = NoneType in get_args(field.annotation)
        kind = " (secret)" if secret else " (optional)" if optional else ""
        lines.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description or ''}{kind} |")
    return "\n".join(lines) + "\n"
