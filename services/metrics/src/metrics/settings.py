"""What the operator must tell metrics."""

import base64
import binascii

from pydantic import Field, SecretStr, field_validator

from chassis.settings import Settings

KEY_BYTES = 32
BATCH_BYTES = 1_048_576


class MetricsSettings(Settings):
    """The settings of metrics."""

    person_key: SecretStr = Field(
        description="what hashes the ids of persons before anything is stored: base64 of 32 bytes; "
        "with another key nobody is recognised any more, so it never changes",
        examples=["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="],
    )
    usage_max_age_days: int = Field(
        default=30, ge=1, description="how late a usage event may come; imports may come any time"
    )
    edition_quiet_minutes: int = Field(
        default=10, ge=0,
        description="how long past facts must be silent until editions are made of an import",
    )  # fmt: skip
    sources: str = Field(
        default="", examples=["crm=https://crm.example.org intranet=https://intranet/*"],
        description="which client may tell events in the name of which source, as client=source, "
        "separated by blanks; a source that ends in * stands for all that begin so, the client * "
        "for every publisher; what nobody may tell is refused, from Kafka too",
    )  # fmt: skip
    event_bytes: int = Field(default=16_384, ge=1_024, description="the largest event from outside")
    events_per_second: float = Field(
        default=20_000, gt=0, description="how many events one client may tell over HTTP"
    )
    body_bytes: int = Field(
        default=BATCH_BYTES, ge=1_024, description="the largest request body: a batch of usage"
    )

    @field_validator("sources")
    @classmethod
    def _are_pairs(cls, value: str) -> str:
        if bad := [pair for pair in value.split() if not all(pair.partition("="))]:
            raise ValueError(f"{len(bad)} of its parts are no client=source")
        return value

    @property
    def holders(self) -> tuple[tuple[str, str], ...]:
        """Who may tell in whose name: pairs of a client and a source."""
        return tuple(
            (who, what) for who, _, what in (p.partition("=") for p in self.sources.split())
        )

    @field_validator("person_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        try:
            key = base64.b64decode(value.get_secret_value(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != KEY_BYTES:
            raise ValueError("it must be base64 of 32 bytes: try `openssl rand -base64 32`")
        return value

    @property
    def person_key_bytes(self) -> bytes:
        return base64.b64decode(self.person_key.get_secret_value())
