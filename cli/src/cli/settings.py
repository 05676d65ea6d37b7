"""Where the system is: everything the command line is told by its environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from cli.failures import Failure

SERVICES = ("ideas", "feedback", "metrics", "notifications")
PORTS = {"ideas": 8101, "feedback": 8102, "metrics": 8103, "notifications": 8104}
DEVELOPMENT_CLIENT = "dev"
"""The client to which the development identity provider gives any person and any role."""


class Settings(Struct, frozen=True, kw_only=True):
    """Addresses, the client's own secret, and folders that only exist on a machine of one's own."""

    urls: dict[str, str]
    issuer: str
    client: str
    secret: str
    kafka: str | None
    desk: str
    country: str
    zone: str
    traces: Path | None
    mailbox: Path | None


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment; the defaults are those of the local system."""
    urls = {
        name: environment.get(f"KIEM_{name.upper()}_URL") or f"http://127.0.0.1:{PORTS[name]}"
        for name in SERVICES
    }
    return Settings(
        urls={name: url.rstrip("/") for name, url in urls.items()},
        issuer=(environment.get("KIEM_ISSUER") or "http://127.0.0.1:8109").rstrip("/"),
        client=_first(environment, "KIEM_CLI_CLIENT", "KIEM_CLIENT_ID") or DEVELOPMENT_CLIENT,
        secret=_first(environment, "KIEM_CLI_SECRET", "KIEM_CLIENT_SECRET"),
        kafka=environment.get("KIEM_KAFKA_BOOTSTRAP") or None,
        desk=environment.get("KIEM_DESK") or "desk",
        country=environment.get("KIEM_COUNTRY") or "NL",
        zone=environment.get("KIEM_ZONE") or "Europe/Amsterdam",
        traces=_folder(_first(environment, "KIEM_TRACES", "KIEM_TRACES_FOLDER")),
        mailbox=_folder(_first(environment, "KIEM_MAILBOX", "KIEM_MAIL_FOLDER")),
    )


def needed(value: Path | str | None, name: str, what: str) -> str:
    """Return a setting that this command cannot do without."""
    if not value:
        raise Failure(
            f"{name} is not set: it names {what}. `./kiem` takes it from the system that"
            " `make up` started; elsewhere set it in the environment."
        )
    return str(value)


def _first(environment: Mapping[str, str], *names: str) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")


def _folder(text: str) -> Path | None:
    return Path(text) if text else None
