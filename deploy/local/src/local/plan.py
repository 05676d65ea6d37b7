"""What runs where: ports, databases and the settings that each process is started with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from local.databases import Addresses
from local.home import Home
from local.ports import LOOPBACK, is_free
from local.trouble import Trouble

SERVICES = ("ideas", "feedback", "metrics", "notifications")
PORTAL = "portal"
_OFFSETS = {
    PORTAL: 0, "ideas": 1, "feedback": 2, "metrics": 3, "notifications": 4,
    "identity": 9, "mailbox": 25, "postgres": 32, "kafka": 92,
}  # fmt: skip
_DEFAULT_BASE = 8100
_HIGHEST_BASE = 65535 - max(_OFFSETS.values())
# What the launcher is told is not for the services: the first of them is a superuser's address.
_NOT_HANDED_ON = ("KIEM_POSTGRES_URL", "KIEM_HOME", "KIEM_PORT_BASE")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The whole system on one machine, decided before anything starts."""

    home: Home
    base: int
    postgres_url: str | None
    kafka_bootstrap: str | None
    desk: str

    def port(self, name: str) -> int:
        return self.base + _OFFSETS[name]

    def url(self, name: str) -> str:
        return f"http://{LOOPBACK}:{self.port(name)}"

    def own_ports(self) -> dict[str, int]:
        """The ports that this machine must have free."""
        given = {"postgres": self.postgres_url, "kafka": self.kafka_bootstrap}
        return {name: self.port(name) for name in _OFFSETS if not given.get(name)}

    def service_environment(
        self, service: str, database: Addresses, bootstrap: str
    ) -> dict[str, str]:
        """Everything a service must be told."""
        return {
            **self.shared_environment(),
            "KIEM_DATABASE_URL": database.url,
            "KIEM_MIGRATION_DATABASE_URL": database.migration_url,
            "KIEM_KAFKA_BOOTSTRAP": bootstrap,
            "KIEM_HOST": LOOPBACK,
            "KIEM_PORT": str(self.port(service)),
            "KIEM_KEYS": f"k1:{self.home.key(f'{service}-keys')}",
            **(self._of_metrics() if service == "metrics" else {}),
            "KIEM_CLIENT_ID": service,
            "KIEM_CLIENT_SECRET": self.home.secret(f"client-{service}"),
            "KIEM_TRACES_FILE": str(self.home.traces / f"{service}.jsonl"),
            "KIEM_DESK": self.desk,
            "KIEM_SENDER": "kiem@example.org",
            "KIEM_SMTP_HOST": LOOPBACK,
            "KIEM_SMTP_PORT": str(self.port("mailbox")),
            "KIEM_WEBHOOK_LOOPBACK": "true",
        }

    def _of_metrics(self) -> dict[str, str]:
        # On a machine where nothing real is at stake every publisher may tell of every source, and
        # who has just imported something looks at its numbers: other departments won't report it.
        return {
            "KIEM_PERSON_KEY": self.home.key("person-key"), "KIEM_SOURCES": "*=*",
            "KIEM_EDITION_QUIET_MINUTES": "1",
        }  # fmt: skip

    def portal_environment(self) -> dict[str, str]:
        """Return what the portal must be told: it has neither a database nor Kafka."""
        return {
            **self.shared_environment(),
            "KIEM_HOST": LOOPBACK,
            "KIEM_PORT": str(self.port(PORTAL)),
            "KIEM_KEYS": f"k1:{self.home.key('portal-keys')}",
            "KIEM_CLIENT_ID": PORTAL,
            "KIEM_CLIENT_SECRET": self.home.secret(f"client-{PORTAL}"),
            "KIEM_TRACES_FILE": str(self.home.traces / f"{PORTAL}.jsonl"),
        }

    def identity_environment(self) -> dict[str, str]:
        return {
            **self.shared_environment(),
            "KIEM_HOST": LOOPBACK,
            "KIEM_PORT": str(self.port("identity")),
            "KIEM_IDENTITY_HOME": str(self.home.identity),
        }

    def mailbox_environment(self) -> dict[str, str]:
        return {
            **self.shared_environment(),
            "KIEM_PORT": str(self.port("mailbox")),
            "KIEM_MAIL_FOLDER": str(self.home.mail),
        }

    def shared_environment(self) -> dict[str, str]:
        handed_on = {n: v for n, v in os.environ.items() if n not in _NOT_HANDED_ON}
        return {
            **handed_on,
            "KIEM_DEVELOPMENT": "1",
            "KIEM_ISSUER": self.url("identity"),
            **{f"KIEM_{name.upper()}_URL": self.url(name) for name in (*SERVICES, PORTAL)},
        }

    def client_environment(self, bootstrap: str) -> dict[str, str]:
        """What the command line needs to talk to this system."""
        return {
            "KIEM_ISSUER": self.url("identity"),
            **{f"KIEM_{name.upper()}_URL": self.url(name) for name in SERVICES},
            "KIEM_KAFKA_BOOTSTRAP": bootstrap,
            "KIEM_CLIENT_ID": "dev",
            "KIEM_CLIENT_SECRET": self.home.secret("client-dev"),
            "KIEM_DESK": self.desk,
            "KIEM_MAIL_FOLDER": str(self.home.mail),
            "KIEM_TRACES_FOLDER": str(self.home.traces),
        }


def require_free_ports(plan: Plan) -> None:
    """Refuse to start on ports that somebody else has, and say which would do."""
    busy = [f"{port} ({name})" for name, port in plan.own_ports().items() if not is_free(port)]
    if busy:
        raise Trouble(
            f"In use on {LOOPBACK}, or not allowed: port {', '.join(busy)}.",
            f"Stop what listens there, or take other ports: make up KIEM_PORT_BASE={free_base()}",
        )


def free_base(lowest: int = 9100) -> int:
    """Return a base of which every port is free at this moment."""
    for base in range(lowest, _HIGHEST_BASE, 100):
        if all(is_free(base + offset) for offset in _OFFSETS.values()):
            return base
    raise Trouble("No hundred ports are free on this machine.", "Stop some of what listens.")


def make_plan(home: Home, environment: Mapping[str, str]) -> Plan:
    """Read the few things that a person may choose."""
    return Plan(
        home=home,
        base=_base(environment.get("KIEM_PORT_BASE")),
        postgres_url=environment.get("KIEM_POSTGRES_URL") or None,
        kafka_bootstrap=environment.get("KIEM_KAFKA_BOOTSTRAP") or None,
        desk=environment.get("KIEM_DESK") or "desk",
    )


def _base(chosen: str | None) -> int:
    if not chosen:
        return _DEFAULT_BASE
    lowest = 1024
    if not chosen.isdigit() or not lowest <= int(chosen) <= _HIGHEST_BASE:
        raise Trouble(
            f"KIEM_PORT_BASE={chosen} is no number from {lowest} to {_HIGHEST_BASE}.",
            "Kiem takes a few of the hundred ports above it, for example KIEM_PORT_BASE=9100.",
        )
    return int(chosen)
