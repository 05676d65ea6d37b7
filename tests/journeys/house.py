"""The whole system as its users meet it: over HTTP, Kafka, mail and files."""

import asyncio
import email.policy
import os
import secrets
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx2
from aiokafka import AIOKafkaProducer

from contracts import cloudevents, outside
from contracts.catalog import declared
from contracts.vocabulary import Event, PersonId
from local.databases import connect
from local.home import Home
from local.plan import SERVICES, Plan
from local.postgres import Postgres

T = TypeVar("T")
CRITERIA = ("value", "feasibility", "fit")
ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Europe/Amsterdam")
_PAUSE = 0.05
# Neither servers nor a desk that somebody set for another system.
_FOREIGN = ("KIEM_PORT_BASE", "KIEM_POSTGRES_URL", "KIEM_KAFKA_BOOTSTRAP", "KIEM_DESK")


async def until(what: str, look: Callable[[], Awaitable[T | None]], patience: float = 60) -> T:
    """Look until there is something; fail with what it was after the patience.

    Two systems share the machine, and a group that missed a beat shares out its work anew.
    """
    deadline = time.monotonic() + patience
    while True:
        # A connection that was kept may be closed just as it is used again.
        with suppress(httpx2.ReadError, httpx2.RemoteProtocolError):
            if found := await look():
                return found
        assert time.monotonic() < deadline, f"{patience} seconds, and not: {what}"
        await asyncio.sleep(_PAUSE)


@dataclass(frozen=True)
class Cast:
    """People of one department that no other test has."""

    department: str
    author: str
    reviewer: str
    lead: str
    director: str
    domain: str = "example.org"

    def address(self, person: str) -> str:
        return f"{person}@{self.domain}"


class House:
    """A running system."""

    def __init__(self, folder: Path, base: int) -> None:
        self.home = Home(folder)
        self.is_shared = False  # with tests that ask it for today: its clock is left alone
        self.plan = Plan(
            home=self.home, base=base, postgres_url=None, kafka_bootstrap=None, desk="desk"
        )
        self.bootstrap = f"127.0.0.1:{self.plan.port('kafka')}"
        self.mail, self.traces, self.logs = self.home.mail, self.home.traces, self.home.logs
        self._tokens: dict[tuple[str, str], str] = {}
        self._http: httpx2.AsyncClient | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in _FOREIGN},
            "KIEM_HOME": str(folder), "KIEM_PORT_BASE": str(base), "TERM": "dumb",
        }  # fmt: skip

    def launch(self, *words: str, patience: float = 200) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "local", *words], env=self.environment, text=True, check=False,
            capture_output=True, stdin=subprocess.DEVNULL, timeout=patience,
        )  # fmt: skip

    def kiem(self, *words: str) -> tuple[int, str, str]:
        """Type a command of the command line; return exit code, output, errors."""
        environment = {**self.environment, **self.plan.client_environment(self.bootstrap)}
        done = subprocess.run(
            [str(Path(sys.executable).with_name("kiem")), *words], env=environment, text=True,
            cwd=ROOT, check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=480,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    async def open(self) -> None:
        self._http = httpx2.AsyncClient(trust_env=False, timeout=30)

    async def close(self) -> None:
        await self.http.aclose()

    @property
    def http(self) -> httpx2.AsyncClient:
        assert self._http is not None
        return self._http

    def url(self, service: str, path: str = "") -> str:
        return f"{self.plan.url(service)}{path}"

    async def token(self, person: str, roles: str) -> str:
        """Return a token of the development client for anybody, with any roles."""
        if (person, roles) not in self._tokens:
            form = {
                "grant_type": "client_credentials", "client_id": "dev",
                "client_secret": self.home.secret("client-dev"), "sub": person, "roles": roles,
            }  # fmt: skip
            answer = await self.http.post(self.url("identity", "/token"), data=form)
            assert answer.status_code == 200, answer.text
            self._tokens[person, roles] = answer.json()["access_token"]
        return self._tokens[person, roles]

    async def ask(
        self, service: str, path: str, who: str, roles: str = "employee", **params: Any
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {await self.token(who, roles)}"}
        return await self.http.get(self.url(service, path), headers=headers, params=params)

    async def get(
        self, service: str, path: str, who: str, roles: str = "employee", **params: Any
    ) -> Any:
        answer = await self.ask(service, path, who, roles, **params)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    async def tell(
        self, service: str, path: str, body: Any, who: str, roles: str = "employee", *,
        key: str | None = None, method: str = "POST", more: Mapping[str, str] | None = None,
    ) -> httpx2.Response:  # fmt: skip
        headers = {
            "Authorization": f"Bearer {await self.token(who, roles)}",
            "Idempotency-Key": key or str(uuid.uuid4()),
            **(more or {}),
        }
        return await self.http.request(method, self.url(service, path), headers=headers, json=body)

    async def done(
        self, service: str, path: str, body: Any, who: str, roles: str = "employee", *,
        method: str = "POST",
    ) -> Any:  # fmt: skip
        answer = await self.tell(service, path, body, who, roles, method=method)
        assert answer.status_code < 300, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def in_state(self, idea: str, state: str) -> Any:
        async def look() -> Any:
            found = await self.get("ideas", f"/v1/ideas/{idea}", "somebody")
            return found if found["state"] == state else None

        return await until(f"idea {idea} is {state}", look)

    async def today(self) -> date:
        """Return the house's day of domain time, which a test may have moved forward."""
        told = await self.get("notifications", "/v1/clock", "op", "operator")
        return datetime.fromisoformat(told["now"]).astimezone(ZONE).date()

    async def forward(self, by: timedelta) -> None:
        """Move the clock of every service; the portal's pages go by the real one."""
        assert not self.is_shared, "a house that others use keeps its time: run one of your own"
        for service in SERVICES:
            body = {"forward_seconds": by.total_seconds()}
            await self.done(service, "/v1/clock", body, "op", "operator")

    async def publish(self, topic: str, events: Sequence[Event]) -> None:
        """Publish as another system would."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all")
        await producer.start()
        try:
            for event in events:
                key, headers, value = cloudevents.publishable(
                    event, declared(event), id=str(uuid.uuid4()), source="journeys/directory"
                )
                await producer.send_and_wait(topic, key=key, headers=headers, value=value)
        finally:
            await producer.stop()

    async def contact(self, person: str, name: str, mail: str, language: str) -> None:
        body = {"name": name, "mail": mail, "language": language}
        path = f"/v1/people/{person}/contact"
        await self.done("notifications", path, body, "op", "operator", method="PUT")

    async def cast(self, surname: str = "Jansen", domain: str = "example.org") -> Cast:
        """List a department of four, and wait until every service knows of it."""
        mark = secrets.token_hex(4)
        dep, anna, rob, lea, dirk = (f"{r}-{mark}" for r in ("dep", "anna", "rob", "lea", "dirk"))
        cast = Cast(dep, anna, rob, lea, dirk, domain)
        now = datetime.now(UTC)
        listed = [
            _listed(cast.director, cast, now, None, "employee", "director"),
            _listed(cast.lead, cast, now, cast.director, "employee", "lead"),
            _listed(cast.reviewer, cast, now, cast.lead, "employee", "reviewer"),
            _listed(cast.author, cast, now, cast.lead, "employee"),
        ]
        await self.publish(outside.PEOPLE_TOPIC, listed)
        people = {cast.author: "nl", cast.reviewer: "en", cast.lead: "nl", cast.director: "en"}
        for person, language in people.items():
            name = f"{person.partition('-')[0].title()} {surname}"
            await self.contact(person, name, cast.address(person), language)
        await self._everybody_knows(cast)
        return cast

    async def _everybody_knows(self, cast: Cast) -> None:
        tables = {"feedback": "person_v1", "ideas": "person_v1", "notifications": "person"}
        people = [cast.author, cast.reviewer, cast.lead, cast.director]

        async def look() -> bool:
            for service, table in tables.items():
                sql = f"SELECT 1 FROM {table} WHERE person = ANY ($1) AND listed_at IS NOT NULL"  # noqa: S608
                if len(await self.rows(service, sql, people)) < len(people):
                    return False
            return True

        await until("every service knows the directory", look)

    def database(self, name: str) -> str:
        """Return the address of a database for its superuser, which no service is."""
        url = Postgres(self.home.postgres, self.plan.port("postgres")).url
        return f"{url.rpartition('/')[0]}/{name}"

    async def rows(self, service: str, sql: str, *values: Any) -> list[Any]:
        """Look into the database of a service."""
        admin = await connect(self.database(f"kiem_{service}"))
        try:
            found: list[Any] = await admin.fetch(sql, *values)
        finally:
            await admin.close()
        return found

    def mails(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address, in the order of their arrival."""
        found = []
        for path in sorted(self.mail.glob("[0-9]*.eml")):
            mail = message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            if address in str(mail["To"]):
                found.append(mail)
        return found

    async def mail_with(self, address: str, words: str) -> EmailMessage:
        async def look() -> EmailMessage | None:
            found = (m for m in self.mails(address) if words in str(m["Subject"]))
            return next(found, None)

        return await until(f"a mail to {address} with '{words}' in its subject", look)

    async def notices(self, person: str) -> list[dict[str, Any]]:
        told = await self.get("notifications", "/v1/notices", person)
        found: list[dict[str, Any]] = told["items"]
        return found

    async def events(self, service: str) -> list[dict[str, Any]]:
        """Return everything that a service published."""
        found: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = await self.get(service, "/v1/log", "op", "operator", after=after, limit=1000)
            found += page["items"]
            after = page["next"]
        return found


def said(mail: EmailMessage) -> str:
    """Return the text of a mail on one line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def _listed(
    person: str, cast: Cast, at: datetime, lead: str | None, *roles: Any
) -> outside.PersonListed:
    return outside.PersonListed(
        at=at, person=PersonId(person), department=cast.department,
        lead=PersonId(lead) if lead else None, roles=roles,
    )  # fmt: skip
