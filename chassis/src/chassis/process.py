"""One process of a service: starts in order, serves, stops in reverse; a part that dies ends it."""

import asyncio
import json
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Generic, TypeVar

import structlog
import uvicorn
from fastapi import FastAPI

from chassis import log as logs
from chassis import migrate, telemetry
from chassis.auth import Issuer, IssuerUnavailable, web_client
from chassis.database import TRANSIENT
from chassis.health import Component
from chassis.kafka import KAFKA_ERRORS, cluster_id_of
from chassis.parts import Parts, Service, application, begin, components, make, reach_database
from chassis.settings import Settings, SettingsWrong, example, load

__all__ = ["Parts", "Service", "run"]

log = structlog.get_logger()

WRONG_USE, UNAVAILABLE, CRASHED, WRONG_SETTINGS = 64, 69, 70, 78
T = TypeVar("T", bound=Settings)


def run(name: str, settings: type[T], assemble: Callable[[Parts, T], Service]) -> None:
    """Be a service: `python -m <name> [serve | migrate | check | rewrap | openapi]`."""
    sys.exit(_Process(name, settings, assemble).main(sys.argv[1:]))


class _Server(uvicorn.Server):
    """uvicorn, except that signals are ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Process(Generic[T]):
    def __init__(self, name: str, kind: type[T], assemble: Callable[[Parts, T], Service]) -> None:
        self._name, self._kind, self._assemble = name, kind, assemble

    def main(self, words: Sequence[str]) -> int:
        """Do what the command line says; return the exit code."""
        verb = words[0] if words else "serve"
        verbs: dict[str, Callable[[T], Coroutine[Any, Any, int]]] = {
            "serve": self._serve, "migrate": self._migrate, "check": self._check,
            "rewrap": self._rewrap,
        }  # fmt: skip
        if verb == "openapi":
            return _loop(self._openapi())
        if len(words) > 1 or verb not in verbs:
            return _say(f"usage: python -m {self._name} [{'|'.join(verbs)}|openapi]", WRONG_USE)
        try:
            return _loop(verbs[verb](load(self._kind)))
        except (SettingsWrong, migrate.MigrationsBehind) as error:
            return _say(f"{self._name}: {error}", WRONG_SETTINGS)

    async def _openapi(self) -> int:
        """Print the OpenAPI document; needs no settings, no database, nobody."""
        settings = example(self._kind)
        async with web_client() as client:
            parts = make(self._name, settings, client)
            app = application(parts, self._assemble(parts, settings))
        sys.stdout.write(json.dumps(app.openapi(), indent=2, sort_keys=True) + "\n")
        return 0

    async def _migrate(self, settings: T) -> int:
        revision = await migrate.migrate(self._name, settings)
        sys.stdout.write(f"{self._name}: the database is at migration {revision}\n")
        return 0

    async def _rewrap(self, settings: T) -> int:
        """Wrap the keys of persons anew with the first of KIEM_KEYS, while the service runs on."""
        async with web_client() as client, _open(make(self._name, settings, client)) as parts:
            try:
                changed = await parts.keyring.rewrap()
            except LookupError as error:
                raise SettingsWrong(str(error)) from None
        said = f"{self._name}: {changed} keys of persons were wrapped anew with the first key"
        sys.stdout.write(f"{said}; what the service itself sealed stays under the others\n")
        return 0

    async def _check(self, settings: T) -> int:
        """Ask everything that the service needs, and say what does not answer."""
        logging.disable()  # the answer is what we say, not what drivers say
        said: list[str] = []
        async with web_client() as client:
            parts = make(self._name, settings, client)
            try:
                await reach_database(parts.db, settings.start_seconds)
                await migrate.check(parts.db, self._name)
            except (*TRANSIENT, migrate.MigrationsBehind) as error:  # type: ignore[misc]
                said.append(f"database: {error or type(error).__name__} (KIEM_DATABASE_URL)")
            finally:
                await parts.db.close()
            try:
                await cluster_id_of(settings.kafka_bootstrap)
            except KAFKA_ERRORS as error:
                said.append(f"kafka: {type(error).__name__} (KIEM_KAFKA_BOOTSTRAP)")
            try:
                await Issuer(settings.issuer, client).keys()
            except IssuerUnavailable as error:
                said.append(f"issuer: {error} (KIEM_ISSUER)")
        sys.stdout.write("".join(f"{line}\n" for line in said) or f"{self._name}: all is well\n")
        return UNAVAILABLE if said else 0

    async def _serve(self, settings: T) -> int:
        stop = _signalled()
        logs.configure(self._name)
        tracing = telemetry.start(self._name, settings)
        door = _listen(settings)
        try:
            async with web_client() as client, _open(make(self._name, settings, client)) as parts:
                service = self._assemble(parts, settings)
                parts.health.components = parts_running = components(parts, service)
                app = application(parts, service)
                return await _live(parts, app, parts_running, door, stop)
        except TRANSIENT as error:
            log.error("process.unavailable", exc_info=error)  # noqa: TRY400
            return UNAVAILABLE
        finally:
            door.close()
            tracing.shutdown()


@asynccontextmanager
async def _open(parts: Parts) -> AsyncIterator[Parts]:
    try:
        await reach_database(parts.db, parts.settings.start_seconds)
        await migrate.check(parts.db, parts.name)
        await begin(parts)
        yield parts
    finally:
        await parts.db.close()


async def _live(
    parts: Parts, app: FastAPI, running: Sequence[Component], door: socket.socket,
    stop: asyncio.Event,
) -> int:  # fmt: skip
    """Run everything until a signal comes or a part ends, then stop in reverse order."""
    grace = max(1, int(parts.settings.stop_seconds / 2))
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="off",
        timeout_graceful_shutdown=grace,
    )  # fmt: skip
    server = _Server(config)
    tasks = [asyncio.create_task(part.run(), name=type(part).__name__) for part in running]
    serving = asyncio.create_task(server.serve(sockets=[door]), name="HTTP")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    log.info("process.started", port=door.getsockname()[1])
    await asyncio.wait([*tasks, serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    dead = [task for task in (*tasks, serving) if task.done()]
    for task in dead:
        why = None if task.cancelled() else task.exception()
        log.error("process.part_ended", part=task.get_name(), exc_info=why)
    stopping.cancel()
    parts.health.stopping = True
    await asyncio.sleep(0 if dead else parts.settings.drain_seconds)
    server.should_exit = True
    await _wind_down([serving, *reversed(tasks)], parts.settings.stop_seconds)
    log.info("process.stopped", crashed=bool(dead))
    return CRASHED if dead else 0


async def _wind_down(tasks: Sequence[asyncio.Task[None]], limit: float) -> None:
    """Let the first, HTTP, end by itself; then end the others one after the other."""
    with suppress(TimeoutError):
        async with asyncio.timeout(limit):
            await asyncio.wait(tasks[:1])
            for task in tasks[1:]:
                task.cancel()
                await asyncio.wait([task])


def _signalled() -> asyncio.Event:
    """Return what is set by the first signal; the second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stop.is_set():
            for which in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(which)
            signal.raise_signal(signal.SIGTERM)
        stop.set()

    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, on_signal)
    return stop


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything else is opened."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsWrong(
            f"port {settings.port} on {settings.host} can't be had ({error.strerror}): stop what "
            "listens there, or set KIEM_PORT and KIEM_HOST"
        ) from None


def _loop(main: Coroutine[Any, Any, int]) -> int:
    if sys.platform == "win32":
        return asyncio.run(main)
    import uvloop  # noqa: PLC0415

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def _say(message: str, code: int) -> int:
    sys.stderr.write(message + "\n")
    return code
