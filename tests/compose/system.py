"""The whole system from images, under a name of its own, as a test uses it."""

import asyncio
import email.policy
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import uuid
from collections.abc import Awaitable, Callable, Sequence
from email import message_from_string
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2

from local.ports import free_port
from tests.compose.files import ROOT, SERVICES, containers, pulled
from tests.journeys.house import Cast, House, until

INSIDE = {"portal": 8100, "ideas": 8101, "feedback": 8102, "metrics": 8103, "notifications": 8104,
          "identity": 8109, "mailpit": 8025}  # fmt: skip
BUILDING, STARTING, COMING_BACK = 900, 420, 120


class CannotRun(Exception):
    """There is no engine here, or no images to start from; the message says which."""


def docker(*words: str, patience: float = 60) -> str:
    """Type a command of the engine; return what it said."""
    done = subprocess.run(
        ["docker", *words], capture_output=True, text=True, check=False, timeout=patience,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise CannotRun(f"`docker {' '.join(words)}`: {(done.stderr or done.stdout).strip()}")
    return done.stdout.strip()


def require_engine() -> None:
    """Raise CannotRun, with the reason, where no container can be started."""
    if not shutil.which("docker"):
        raise CannotRun("No container engine is here: `docker` is not on the PATH.")
    try:
        docker("info", "--format", "{{.ServerVersion}}")
        docker("compose", "version")
    except subprocess.TimeoutExpired:
        raise CannotRun("The container engine does not answer.") from None


def require_images(images: Sequence[str]) -> None:
    """Have each image here: a daemon alone proves nothing."""
    for image in images:
        try:
            docker("image", "inspect", "--format", "{{.Id}}", image)
        except CannotRun:
            docker("pull", "--quiet", image, patience=300)


class FromImages(House):
    """A system of containers: two replicas of ideas, one of each other service."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, base=0)
        self.project = f"kiem-test-{secrets.token_hex(3)}"
        self._env_file = folder / "env"
        subprocess.run(
            [ROOT / "deploy/compose/make-env", "--development", self._env_file],
            check=True, capture_output=True,
        )  # fmt: skip
        self.settings = dict(re.findall(r"^(\w+)=(.+)$", self._env_file.read_text(), re.MULTILINE))
        kafka, portal, identity = free_port(), free_port(), free_port()
        self.bootstrap = f"127.0.0.1:{kafka}"
        self._ports: dict[str, int] = {}
        # What is in the environment wins over the file: nothing of a system that is there already.
        mine = {n: v for n, v in os.environ.items() if not n.startswith(("KIEM_", "COMPOSE_"))}
        any_port = {f"KIEM_{name.upper()}_PORT": "" for name in INSIDE}
        self.environment = {
            **mine, **any_port, "KIEM_KAFKA_PORT": str(kafka), "KIEM_VERSION": self.project,
            # Browsers are sent to these two, so they are known before anything starts.
            "KIEM_PORTAL_PORT": str(portal), "KIEM_IDENTITY_PORT": str(identity),
            "KIEM_PORTAL_URL": f"http://127.0.0.1:{portal}", "BUILDKIT_PROGRESS": "plain",
        }  # fmt: skip

    def compose(self, *words: str, patience: float = 120) -> str:
        done = subprocess.run(
            ["docker", "compose", "--env-file", str(self._env_file), "-p", self.project, *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
            timeout=patience, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, f"compose {' '.join(words)}:\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def build(self) -> None:
        self.compose("build", patience=BUILDING)

    def up(self) -> None:
        """Start everything, and wait until each container says that it is well."""
        try:
            self.compose("up", "-d", "--scale", "ideas=2", "--wait",
                         "--wait-timeout", str(STARTING), patience=STARTING + 60)  # fmt: skip
        except AssertionError as failed:
            raise AssertionError(f"{failed}\n{self.compose('ps', '-a')}") from None

    def transcript(self) -> str:
        return self.compose("logs", "--no-color", "--timestamps")

    def down(self) -> None:
        """Remove containers, volumes, network and our images; see that they went."""
        self.compose("down", "--volumes", "--timeout", "30", patience=180)
        for name, container in containers().items():
            if "build" in container:
                docker("image", "rm", "--force", f"kiem/{name}:{self.project}")
        label = f"label=com.docker.compose.project={self.project}"
        for kind in (("ps", "-a"), ("volume", "ls"), ("network", "ls")):
            left = docker(*kind, "-q", "--filter", label)
            assert not left, f"still there: {left}"

    def ids(self, *services: str, every: bool = False) -> list[str]:
        return self.compose("ps", "-q", *(["-a"] if every else []), *services).split()

    def inspected(self, *services: str, every: bool = False) -> list[dict[str, Any]]:
        """Return what the engine knows of the containers of these services, of all if none."""
        found: list[dict[str, Any]] = json.loads(
            docker("inspect", *self.ids(*services, every=every))
        )
        return sorted(found, key=lambda container: str(container["Name"]))

    def within(self, service: str, *words: str, index: int = 1) -> str:
        """Run a command in a container."""
        return self.compose("exec", "-T", "--index", str(index), service, *words)

    def sql(self, service: str, statement: str) -> str:
        """Ask the database of a service, as its superuser."""
        ask = f"PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U kiem -d kiem_{service} -tAc"
        return self.within("postgres", "sh", "-c", f'{ask} "$1"', "psql", statement)

    def kill(self, service: str) -> None:
        """End everything in a container at once, as a crash would; nobody asked it to stop.

        Not `docker kill`: that counts as wanted, and such a container is not started again.
        """
        self.forget_doors()
        subprocess.run(
            ["docker", "exec", self.ids(service)[0], "sh", "-c", "kill -9 -1"],
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip

    def forget_doors(self) -> None:
        """Ask again where everything listens: who is started again gets another port."""
        self._ports.clear()

    def url(self, service: str, path: str = "", *, index: int = 1) -> str:
        place = f"{service}-{index}"
        if place not in self._ports:
            said = self.compose("port", "--index", str(index), service, str(INSIDE[service]))
            self._ports[place] = int(said.rpartition(":")[2])
        return f"http://127.0.0.1:{self._ports[place]}{path}"

    def kiem(self, *words: str) -> tuple[int, str, str]:
        """Type a command of the command line, as somebody on this machine."""
        told = {
            "KIEM_ISSUER": self.url("identity"), "KIEM_KAFKA_BOOTSTRAP": self.bootstrap,
            "KIEM_CLIENT_ID": "dev", "KIEM_CLIENT_SECRET": self.settings["KIEM_DEV_CLIENT_SECRET"],
            "KIEM_DESK": self.settings["KIEM_DESK"],
            **{f"KIEM_{name.upper()}_URL": self.url(name) for name in SERVICES},
        }  # fmt: skip
        done = subprocess.run(
            [str(Path(sys.executable).with_name("kiem")), *words], env={**self.environment, **told},
            cwd=ROOT, text=True, check=False, capture_output=True, stdin=subprocess.DEVNULL,
            timeout=120,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    async def token(self, person: str, roles: str) -> str:
        if (person, roles) not in self._tokens:
            form = {
                "grant_type": "client_credentials", "client_id": "dev", "sub": person,
                "client_secret": self.settings["KIEM_DEV_CLIENT_SECRET"], "roles": roles,
            }  # fmt: skip
            answer = await self.http.post(self.url("identity", "/token"), data=form)
            assert answer.status_code == 200, answer.text
            self._tokens[person, roles] = answer.json()["access_token"]
        return self._tokens[person, roles]

    async def ask(self, *words: Any, **more: Any) -> httpx2.Response:
        return await self._persistently(lambda: super(FromImages, self).ask(*words, **more))

    async def tell(self, *words: Any, key: str | None = None, **more: Any) -> httpx2.Response:
        """Repeat a request under the same key until it is answered, as every client should."""
        kept = key or str(uuid.uuid4())
        return await self._persistently(
            lambda: super(FromImages, self).tell(*words, key=kept, **more)
        )

    async def _persistently(self, ask: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
        async def look() -> httpx2.Response | None:
            try:
                answer = await ask()
            except (httpx2.TransportError, AssertionError):  # its door is gone, or moved
                self.forget_doors()
                return None
            return answer if answer.status_code < 500 else None

        return await until("an answer", look, patience=COMING_BACK)

    async def in_state(self, idea: str, state: str) -> Any:
        async def look() -> Any:
            found = await self.get("ideas", f"/v1/ideas/{idea}", "somebody")
            return found if found["state"] == state else None

        return await until(f"idea {idea} is {state}", look, patience=COMING_BACK)

    async def _everybody_knows(self, cast: Cast) -> None:
        tables = {"feedback": "person_v1", "ideas": "person_v1", "notifications": "person"}
        people = ",".join(f"'{p}'" for p in (cast.author, cast.reviewer, cast.lead, cast.director))

        async def look() -> bool:
            known = [
                await asyncio.to_thread(
                    self.sql, service,
                    f"SELECT count(*) FROM {table} WHERE person IN ({people})"  # noqa: S608
                    " AND listed_at IS NOT NULL",
                )
                for service, table in tables.items()
            ]  # fmt: skip
            return known == ["4", "4", "4"]

        await until("every service knows the directory", look, patience=COMING_BACK)

    def mails(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address that Mailpit caught."""
        with httpx2.Client(trust_env=False, timeout=10) as web:
            listed = web.get(
                self.url("mailpit", "/api/v1/search"),
                params={"query": f"to:{address}", "limit": 500},
            ).json()
            return [self._mail(web, found["ID"]) for found in listed["messages"]]

    async def mail_with(self, address: str, words: str) -> EmailMessage:
        async def look() -> EmailMessage | None:
            found = await asyncio.to_thread(self.mails, address)
            return next((mail for mail in found if words in str(mail["Subject"])), None)

        what = f"a mail to {address} with '{words}' in its subject"
        return await until(what, look, patience=COMING_BACK)

    def _mail(self, web: httpx2.Client, mail: str) -> EmailMessage:
        raw = web.get(self.url("mailpit", f"/api/v1/message/{mail}/raw")).text
        read = message_from_string(raw, policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        return read


def required() -> None:
    """Raise CannotRun unless everything is here that images are built and started from."""
    require_engine()
    require_images(pulled())
