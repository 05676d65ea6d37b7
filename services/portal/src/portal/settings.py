"""What the operator must tell the portal."""

from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, SecretStr, field_validator

from chassis.settings import Basics

_ADDRESS = r"^https?://[^/]"
_THIS_MACHINE = ("127.0.0.1", "::1")


class PortalSettings(Basics):
    """The settings of the portal: it has neither a database nor Kafka."""

    keys: SecretStr = Field(
        description="what seals the cookies of who is signed in: id:base64 of 32 bytes, several "
        "separated by commas, the active one first",
        examples=["k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="],
    )
    portal_url: str = Field(
        pattern=_ADDRESS,
        description="the address at which people open the portal; the OpenID provider must allow "
        "/signed-in there as a redirect",
        examples=["http://127.0.0.1:8100"],
    )
    ideas_url: str = Field(
        pattern=_ADDRESS, description="where ideas answers", examples=["http://127.0.0.1:8101"]
    )
    feedback_url: str = Field(
        pattern=_ADDRESS, description="where feedback answers", examples=["http://127.0.0.1:8102"]
    )
    metrics_url: str = Field(
        pattern=_ADDRESS, description="where metrics answers", examples=["http://127.0.0.1:8103"]
    )
    notifications_url: str = Field(
        pattern=_ADDRESS,
        description="where notifications answers",
        examples=["http://127.0.0.1:8104"],
    )
    session_seconds: int = Field(
        default=3_600, ge=60, description="the longest that somebody stays signed in, at most as "
        "long as the token lasts",
    )  # fmt: skip
    requests_per_second: float = Field(
        default=20, gt=0, description="how often one person may ask, in the long run"
    )
    requests_burst: int = Field(
        default=120, ge=1, description="how often one person may ask at once"
    )
    uploads: Path | None = Field(
        default=None, description="a folder for files that somebody is bringing in, sealed; "
        "replicas must share it; a temporary one of the machine if left out",
    )  # fmt: skip
    uploads_hours: float = Field(
        default=12, gt=0, le=72, description="how long such a file is kept, in hours"
    )
    trusted_proxies: str | None = Field(
        default=None, description="addresses or networks of the proxies in front, separated by "
        "commas, as the portal sees them: only what they forward tells who asks; without them only "
        "a proxy on the same machine is believed", examples=["172.18.0.1"],
    )  # fmt: skip

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, given: str | None) -> str | None:
        for each in _listed(given):
            try:
                everybody = not ip_network(each).prefixlen
            except ValueError as error:
                raise ValueError(
                    f"{each!r} is no address or network, such as 10.0.0.0/8"
                ) from error
            if everybody:
                raise ValueError(f"{each!r} is everybody: whoever asks could say to be another")
        return given

    @property
    def believed(self) -> list[str]:
        """Return who may say for whom they ask: the machine itself, and the proxies in front."""
        return [*_THIS_MACHINE, *_listed(self.trusted_proxies)]

    @property
    def services(self) -> dict[str, str]:
        """Return where each service answers, in the order in which people read of them."""
        return {
            "ideas": self.ideas_url,
            "feedback": self.feedback_url,
            "metrics": self.metrics_url,
            "notifications": self.notifications_url,
        }


def _listed(given: str | None) -> list[str]:
    return [each.strip() for each in (given or "").split(",") if each.strip()]
