"""Starts everything in order, keeps it running, and stops it in the opposite order."""

import asyncio
import json
import shlex
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from local import jars
from local.children import Child, module, owned, until_listening, until_ready
from local.databases import Addresses, create_database
from local.disk import full_disk, is_full
from local.home import write_private
from local.kafka import Kafka
from local.plan import PORTAL, SERVICES, Plan, require_free_ports
from local.ports import LOOPBACK
from local.postgres import Postgres
from local.progress import Happened, Teller
from local.topics import create_topics, declared
from local.trouble import Trouble

_LONGEST_PAUSE = 30.0
_WATCH = 0.1  # seconds between two looks whether all are alive
_GOOD_RUN = 60.0


@dataclass
class Supervisor:
    """Owns every process of one system on one machine."""

    plan: Plan
    tell: Teller
    children: dict[str, Child] = field(default_factory=dict)

    @asynccontextmanager
    async def _step(self, name: str) -> AsyncIterator[None]:
        self.tell(Happened(name, "begun"))
        try:
            yield
        except asyncio.CancelledError:
            self.tell(Happened(name, "stopped"))
            raise
        except BaseException:
            self.tell(Happened(name, "failed"))
            raise
        self.tell(Happened(name, "done"))

    async def start(self) -> None:
        """Return when every service says that it is ready; raises Trouble."""
        self.plan.home.prepare()
        await self._clean_up()
        require_free_ports(self.plan)
        self._write_clients()
        try:
            async with asyncio.TaskGroup() as group:
                databases = group.create_task(self._databases())
                bootstrap = group.create_task(self._messaging())
                group.create_task(self._bystanders())
            await self._services(databases.result(), bootstrap.result())
        except BaseExceptionGroup as group_error:
            raise _first(group_error) from None
        self._write_env(bootstrap.result())

    async def _clean_up(self) -> None:
        """End what a killed launcher left running: the services first, the servers last."""
        home = self.plan.home
        left = [owned(home, file.stem) for file in home.run.glob("*.pid")]
        left = [process for process in left if process.name != "supervisor"]
        servers = [Kafka(home.kafka, 0).process, Postgres(home.postgres, 0).process]
        if not any(process.leftover() for process in (*left, *servers)):
            return
        async with self._step("Clean up after a launcher that was killed"):
            await asyncio.gather(*(asyncio.to_thread(p.end_leftover) for p in left))
            for server in servers:
                await asyncio.to_thread(server.end_leftover)

    async def _databases(self) -> dict[str, Addresses]:
        url = self.plan.postgres_url
        if url is None:
            server = Postgres(self.plan.home.postgres, self.plan.port("postgres"))
            async with self._step("Start PostgreSQL"):
                url = await self._serve("postgres", server)
        async with self._step("Create databases and roles"):
            made = {s: await self._database(url, s) for s in SERVICES}
        async with self._step("Bring the databases up to date"), asyncio.TaskGroup() as group:
            for service, database in made.items():
                group.create_task(self._migrate(service, database))
        return made

    async def _serve(self, name: str, server: Postgres | Kafka) -> str:
        self.children[name] = Child(name, server.process, server.start, server.port)
        return await asyncio.to_thread(server.start)

    async def _database(self, url: str, service: str) -> Addresses:
        secret = self.plan.home.secret
        try:
            return await create_database(
                url, f"kiem_{service}", owner_password=secret(f"{service}-owner"),
                app_password=secret(f"{service}-app"),
            )  # fmt: skip
        except (OSError, TimeoutError) as error:
            raise Trouble(
                f"PostgreSQL cannot be reached: {error}",
                "Is the address in KIEM_POSTGRES_URL right?",
            ) from error

    async def _migrate(self, service: str, database: Addresses) -> None:
        environment = self.plan.service_environment(service, database, "127.0.0.1:1")
        name = f"{service}-migrate"
        owned(self.plan.home, name).log.unlink(missing_ok=True)
        process = module(self.plan.home, name, [service, "migrate"], environment)
        code = await asyncio.to_thread(process.wait)
        if code != 0:
            raise Trouble(
                f"`python -m {service} migrate` failed ({code}); its log ends with:\n"
                f"{process.last_words()}",
                f"The whole log is {process.log}",
            )

    async def _messaging(self) -> str:
        bootstrap = self.plan.kafka_bootstrap
        if bootstrap is None:
            await self._fetch_kafka()
            async with self._step("Start Apache Kafka"):
                server = Kafka(self.plan.home.kafka, self.plan.port("kafka"))
                bootstrap = await self._serve("kafka", server)
        async with self._step("Create topics"):
            await create_topics(bootstrap, declared())
        return bootstrap

    async def _fetch_kafka(self) -> None:
        if await asyncio.to_thread(jars.are_cached):
            return
        name = f"Fetch Apache Kafka {jars.KAFKA_VERSION} (once)"
        async with self._step(name):
            process = module(
                self.plan.home, "kafka-fetch", ["local.jars"], self.plan.shared_environment()
            )
            while process.alive:
                self.tell(Happened(name, "working", jars.progress()))
                await asyncio.sleep(0.5)
            if process.ended:
                what, _, remedy = process.log.read_text().strip().rpartition("\n")
                raise Trouble(what.rpartition("\n")[2], remedy)

    async def _bystanders(self) -> None:
        async with self._step("Start the development identity provider and the mailbox"):
            identity = self._run("identity", ["local.identity"], self.plan.identity_environment())
            mailbox = self._run("mailbox", ["local.mailbox"], self.plan.mailbox_environment())
            await until_ready(identity, self.plan.url("identity"))
            await until_listening(mailbox, mailbox.port)

    def _run(self, name: str, arguments: list[str], environment: dict[str, str]) -> Child:
        process = module(self.plan.home, name, arguments, environment)
        child = Child(name, process, lambda: None, self.plan.port(name))

        def again() -> None:
            child.process = module(self.plan.home, name, arguments, environment)

        child.start = again
        self.children[name] = child
        return child

    async def _services(self, databases: dict[str, Addresses], bootstrap: str) -> None:
        async with asyncio.TaskGroup() as group:
            for service in SERVICES:
                environment = self.plan.service_environment(service, databases[service], bootstrap)
                group.create_task(self._service(service, environment))
            group.create_task(self._service(PORTAL, self.plan.portal_environment()))

    async def _service(self, name: str, environment: dict[str, str]) -> None:
        async with self._step(f"Start {name}"):
            child = self._run(name, [name], environment)
            await until_ready(child, self.plan.url(name))

    async def watch(self) -> None:
        """Start again what ends by itself, after a pause that grows while it keeps failing."""
        while True:
            for child in list(self.children.values()):
                if not child.process.alive:
                    await self._again(child)
            await asyncio.sleep(_WATCH)

    async def _again(self, child: Child) -> None:
        now = time.monotonic()
        if child.failures and now - child.started > _GOOD_RUN:
            child.failures = 0
        pause = 0.0 if not child.failures else min(2.0 ** (child.failures - 1), _LONGEST_PAUSE)
        if now - child.started < pause:
            return
        child.failures += 1
        child.restarts += 1
        self.tell(Happened(f"{child.name} ended ({child.process.ended}): start it again", "begun"))
        child.started = now
        try:
            await asyncio.to_thread(child.start)
        except (Trouble, OSError) as error:
            folder = self.plan.home.folder
            said = full_disk(folder) if is_full(folder) else error
            self.tell(Happened(f"{child.name} does not start: {said}", "failed"))

    async def stop(self) -> None:
        """End everything: services, then what they lean on."""
        for group in ((PORTAL, *SERVICES), ("mailbox", "identity"), ("kafka",), ("postgres",)):
            going = [self.children[name] for name in group if name in self.children]
            if going:
                async with self._step(f"Stop {', '.join(child.name for child in going)}"):
                    await asyncio.gather(*(asyncio.to_thread(c.process.stop) for c in going))
        for file in self.plan.home.run.glob("*.pid"):
            if file.stem != "supervisor":
                await asyncio.to_thread(owned(self.plan.home, file.stem).end_leftover)

    def _write_clients(self) -> None:
        secret = self.plan.home.secret
        service = {"roles": ["service"], "personas": False}
        clients = {s: {"secret": secret(f"client-{s}"), **service} for s in SERVICES}
        redirects = [f"{self.plan.url(PORTAL)}/signed-in"]
        clients[PORTAL] = {
            "secret": secret(f"client-{PORTAL}"), "roles": [], "personas": False,
            "redirects": redirects,
        }  # fmt: skip
        clients["dev"] = {"secret": secret("client-dev"), "roles": ["employee"], "personas": True}
        write_private(self.plan.home.identity / "clients.json", json.dumps(clients, indent=1))

    def _write_env(self, bootstrap: str) -> None:
        lines = self.plan.client_environment(bootstrap).items()
        text = "".join(
            f'[ -n "${{{name}-}}" ] || export {name}={shlex.quote(value)}\n'
            for name, value in lines
        )
        write_private(self.plan.home.env_file, text)

    def addresses(self) -> list[tuple[str, str]]:
        """What a person may want to open, in the order of interest."""
        home = self.plan.home
        return [
            *((name, self.plan.url(name)) for name in (PORTAL, *SERVICES, "identity")),
            ("mail", f"{home.mail}/  (SMTP {LOOPBACK}:{self.plan.port('mailbox')})"),
            ("kafka", self.plan.kafka_bootstrap or f"{LOOPBACK}:{self.plan.port('kafka')}"),
            ("logs", f"{home.logs}/"),
            ("traces", f"{home.traces}/"),
        ]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Of several failures at once, the first that a person can act on."""
    trouble = group.subgroup(Trouble)
    found: BaseException = trouble or group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
