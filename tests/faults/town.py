"""The whole system under attack: real servers behind wires, real services, and what they keep."""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from local.children import Child, module, until_ready
from local.databases import Addresses, connect
from local.owned import Owned
from local.plan import SERVICES, Plan
from local.ports import claim_hundred, free_port
from local.progress import Happened
from local.supervisor import Supervisor
from tests.faults.proxy import Wire
from tests.faults.servers import SmallDisk, SmallPostgres, WiredKafka
from tests.journeys.house import House

TOKEN_SECONDS = 900.0  # a token is asked for anew long before it ends
PATIENCE = 5.0  # seconds that a client waits for an answer


class Orders(Plan):
    """The plan of a town: mails that failed are tried again soon, as an hour of chaos is short."""

    def shared_environment(self) -> dict[str, str]:
        return super().shared_environment() | {
            "KIEM_RETRY_SECONDS": "1", "KIEM_RETRY_LONGEST_SECONDS": "5", "KIEM_SMTP_SECONDS": "2",
            "KIEM_HOLD_SECONDS": "1",
        }  # fmt: skip


class Guard(Supervisor):
    """A supervisor that remembers with what it started each service."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan, self._note)
        self.environments: dict[str, dict[str, str]] = {}
        self.happened: list[Happened] = []

    def _note(self, happened: Happened) -> None:
        self.happened.append(happened)

    async def _services(self, databases: dict[str, Addresses], bootstrap: str) -> None:
        for service in SERVICES:
            self.environments[service] = self.plan.service_environment(
                service, databases[service], bootstrap
            )
        await super()._services(databases, bootstrap)


class Town(House):
    """A system of its own in a folder of its own, that may be attacked."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kiem-faults-"))
        self.folder.chmod(0o711)
        super().__init__(self.folder / "home", claim_hundred())
        self.disk = SmallDisk(self.folder / "disk")
        self.postgres = SmallPostgres(self.disk.folder / "postgres", free_port())
        self.to_postgres, self.to_kafka = Wire(self.postgres.port), Wire(free_port())
        self.kafka = WiredKafka(
            self.folder / "kafka", self.to_kafka.target, self.to_kafka.address
        )  # fmt: skip
        self.bootstrap = self.to_kafka.address
        self._asked: dict[tuple[str, str], float] = {}
        self.guard: Guard
        self._watching: asyncio.Task[None] | None = None
        self.marks: set[str] = set()
        self.killed: dict[str, float] = {}
        """When each process was last killed: from then on it is another one that answers."""

    async def start(self) -> None:
        """Start everything and return when it is ready."""
        await asyncio.to_thread(self.disk.mount)
        await asyncio.gather(
            asyncio.to_thread(self.postgres.start), asyncio.to_thread(self.kafka.start),
            self.to_postgres.open(), self.to_kafka.open(),
        )  # fmt: skip
        real = f":{self.postgres.port}/"
        url = self.postgres.url.replace(real, f":{self.to_postgres.port}/")
        self.plan = Orders(
            home=self.home, base=self.plan.base, postgres_url=url,
            kafka_bootstrap=self.bootstrap, desk="desk",
        )  # fmt: skip
        self.guard = Guard(self.plan)
        await self.guard.start()
        self.watch()
        await self.open()
        self.http.timeout = PATIENCE

    def watch(self) -> None:
        self._watching = asyncio.create_task(self.guard.watch())

    async def unwatch(self) -> None:
        """Let nobody start again what ends."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching

    async def end(self) -> list[str]:
        """Stop everything and remove every trace; return what processes were left."""
        await self.unwatch()
        with contextlib.suppress(RuntimeError, AssertionError):
            await self.close()
        for child in self.guard.children.values():  # who sleeps hears no farewell
            self.wake(child)
        await self.guard.stop()
        await asyncio.to_thread(self.kafka.stop)
        await asyncio.to_thread(self.postgres.stop)
        await self.to_postgres.close()
        await self.to_kafka.close()
        left = self.processes()
        await asyncio.to_thread(self.postgres.remove)
        await asyncio.to_thread(self.disk.unmount)
        shutil.rmtree(self.folder, ignore_errors=True)
        return left

    def processes(self) -> list[str]:
        """Return every process that was started for this town and still runs."""
        marks = [f"{self.folder}/".encode(), str(self.postgres.data).encode()]
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
                if int(process.name) != os.getpid() and any(mark in told for mark in marks):
                    name = (process / "cmdline").read_bytes().replace(b"\0", b" ")[:100]
                    found.append(f"{process.name} {name.decode(errors='replace')}")
        return found

    # ------------------------------------------------------------ processes
    def child(self, name: str) -> Child:
        return self.guard.children[name]

    def kill(self, name: str) -> None:
        """End a process as a power cut would; whoever watches starts it again."""
        pid = self.child(name).process.pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            self.killed[name] = time.monotonic()

    @staticmethod
    def freeze(child: Child) -> None:
        if child.process.pid is not None:
            os.kill(child.process.pid, signal.SIGSTOP)

    @staticmethod
    def wake(child: Child) -> None:
        if child.process.alive and child.process.pid is not None:
            os.kill(child.process.pid, signal.SIGCONT)

    async def replica(self, service: str, number: int = 2) -> Child:
        """Start one more process of a service; it is watched as the first is."""
        name, port = f"{service}-{number}", free_port()
        environment = self.guard.environments[service] | {
            "KIEM_PORT": str(port), "KIEM_TRACES_FILE": str(self.traces / f"{name}.jsonl"),
        }  # fmt: skip
        process = await asyncio.to_thread(module, self.home, name, [service], environment)
        child = Child(name, process, lambda: None, port)

        def again() -> None:
            child.process = module(self.home, name, [service], environment)

        child.start = again
        self.guard.children[name] = child
        await until_ready(child, f"http://127.0.0.1:{port}")
        return child

    async def dismiss(self, child: Child) -> None:
        """Stop a replica for good."""
        self.guard.children.pop(child.name, None)
        self.wake(child)
        await asyncio.to_thread(child.process.stop)

    async def bring_back(self, server: SmallPostgres | WiredKafka) -> None:
        """Start a server again; on a busy machine another try may be needed."""
        await asyncio.to_thread(server.start)

    def pid_of(self, name: str) -> Owned:
        return self.child(name).process

    # ------------------------------------------------------------ asking
    async def token(self, person: str, roles: str) -> str:
        asked = self._asked.get((person, roles), 0.0)
        if time.monotonic() - asked > TOKEN_SECONDS:
            self._tokens.pop((person, roles), None)
            self._asked[person, roles] = time.monotonic()
        return await super().token(person, roles)

    def database(self, name: str) -> str:
        """Return the address past the wire, for the superuser."""
        return f"{self.postgres.url.rpartition('/')[0]}/{name}"

    async def execute(self, service: str, sql: str, *values: Any) -> str:
        """Do as an operator with the database of a service would."""
        admin = await connect(self.database(f"kiem_{service}"))
        try:
            done: str = await admin.execute(sql, *values)
        finally:
            await admin.close()
        return done

    async def ready(self, names: Iterable[str] = SERVICES) -> list[str]:
        """Return which of these services do not say that they are ready."""
        answers = await asyncio.gather(*(self._ready(name) for name in names))
        return [name for name, said in zip(names, answers, strict=True) if not said]

    async def _ready(self, name: str) -> bool:
        try:
            answer = await self.http.get(f"http://127.0.0.1:{self._port(name)}/readyz", timeout=2)
        except Exception:  # noqa: BLE001 - whatever it is, it is not ready
            return False
        return bool(answer.status_code == 200)

    def _port(self, name: str) -> int:
        return self.child(name).port

    async def resume(self, service: str, topic: str, part: int, offset: int | None) -> None:
        """Let a stopped partition go on, as the runbook says."""
        path = f"/v1/partitions/{topic}/{part}/resume"
        await self.done(service, path, {"offset": offset}, "op", "operator")

    async def stopped(self, service: str) -> Sequence[tuple[str, int, str]]:
        sql = "SELECT topic, part, stopped FROM consumer_position WHERE stopped IS NOT NULL"
        return [tuple(row) for row in await self.rows(service, sql)]
