"""One process of a service: starts in order, serves, stops in reverse; a part that dies ends it."""

import asyncio
import gc
import json
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from contextlib import nullcontext, suppress
from typing import Any, TypeVar

import uvicorn
import uvloop

from chassis import auth, components, database, migrate, operation, telemetry
from chassis.log import configure, log
from chassis.parts import Parts, Service, begin, reach_database, running
from chassis.settings import Settings, SettingsWrong, example, load

__all__ = ["Parts", "Service", "run"]

WRONG_USE, UNAVAILABLE, CRASHED, WRONG_SETTINGS = 64, 69, 70, 78
WATCH = 5.0  # seconds between two looks for what stands still
T = TypeVar("T", bound=Settings)
Assemble = Callable[[Parts, Any], Service]
Verb = Callable[[Parts, Assemble], Coroutine[Any, Any, int | None]]


def run(name: str, kind: type[T], assemble: Callable[[Parts, T], Service]) -> None:
    """Be a service: `python -m <name> [serve | migrate | rewrap | openapi]`."""
    verb, *more = sys.argv[1:] or ["serve"]
    if more or verb not in _VERBS:
        sys.exit(_say(f"usage: python -m {name} [{'|'.join(_VERBS)}]", WRONG_USE))
    try:
        settings = example(kind) if verb == "openapi" else load(kind)
        sys.exit(uvloop.run(_do(_VERBS[verb], name, settings, assemble)))
    except (SettingsWrong, migrate.MigrationsBehind) as error:
        sys.exit(_say(f"{name}: {error}", WRONG_SETTINGS))


async def _do(verb: Verb, name: str, settings: Settings, assemble: Assemble) -> int | None:
    configure(name)
    async with auth.web_client() as client:
        parts = Parts(name, settings, client)
        try:
            return await verb(parts, assemble)
        except database.TRANSIENT as error:
            log.error("process.unavailable", exc_info=error)
            return UNAVAILABLE
        finally:
            await parts.db.close()


async def _openapi(parts: Parts, assemble: Assemble) -> None:
    """Print the OpenAPI document; needs no settings, no database, nobody."""
    document = operation.application(parts, assemble(parts, parts.settings)).openapi()
    sys.stdout.write(json.dumps(document, indent=2, sort_keys=True) + "\n")


async def _migrate(parts: Parts, _: Assemble) -> None:
    revision = await migrate.migrate(parts.name, parts.settings)
    sys.stdout.write(f"{parts.name}: the database is at migration {revision}\n")


async def _rewrap(parts: Parts, _: Assemble) -> None:
    """Wrap the keys of persons anew with the first of KIEM_KEYS, while the service runs on."""
    await reach_database(parts)
    changed = await parts.keyring.rewrap()
    said = f"{parts.name}: {changed} keys of persons were wrapped anew with the first key"
    sys.stdout.write(f"{said}; what the service itself sealed stays under the others\n")


async def _serve(parts: Parts, assemble: Assemble) -> int:
    tracing = telemetry.start(parts.name, parts.settings)
    try:
        with _listen(parts.settings) as door:
            await begin(parts)
            service = assemble(parts, parts.settings)
            # A batch of events is 200,000 objects, none in a cycle: looking for cycles after each
            # 700, as is usual, took a third of the processor time of hearing them.
            gc.freeze()
            gc.set_threshold(100_000, 10, 10)
            gc.enable()  # off since the start
            return await _live(parts, service, door)
    finally:
        tracing.shutdown()


_VERBS: dict[str, Verb] = {
    "serve": _serve, "migrate": _migrate, "rewrap": _rewrap, "openapi": _openapi,
}  # fmt: skip


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


async def _live(parts: Parts, service: Service, door: socket.socket) -> int:
    """Run everything until a signal comes or a part ends, then stop in reverse order."""
    stop, settings = asyncio.Event(), parts.settings
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    server = _server(parts, service)
    beside = [
        asyncio.create_task(part.run(), name=type(part).__name__)
        for part in running(parts, service)
    ]
    beside.append(asyncio.create_task(_end_if_stuck(parts), name="Watch"))
    serving = asyncio.create_task(server.serve(sockets=[door]), name="HTTP")
    stopping = asyncio.create_task(stop.wait())
    log.info("process.started", port=door.getsockname()[1])
    await asyncio.wait([*beside, serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    dead = [task for task in (*beside, serving) if task.done()]
    for task in dead:
        why = None if task.cancelled() else task.exception()
        log.error("process.part_ended", part=task.get_name(), exc_info=why)
    parts.stopping = True
    await asyncio.sleep(0 if dead else settings.drain_seconds)
    server.should_exit = True
    with suppress(TimeoutError):
        async with asyncio.timeout(settings.stop_seconds):
            await asyncio.wait([serving])  # the last answer goes out; then the others end
            for task in reversed(beside):
                task.cancel()
                await asyncio.wait([task])
    log.info("process.stopped", crashed=bool(dead))
    return CRASHED if dead else 0


async def _end_if_stuck(parts: Parts) -> None:
    """End the process where a part of it stands still; not for a moment after its own sleep."""
    before: list[str] = []
    while not (before and parts.stuck()):
        before = parts.stuck()
        await asyncio.sleep(WATCH)
    raise components.Stuck("; ".join(before))


def _server(parts: Parts, service: Service) -> uvicorn.Server:
    server = uvicorn.Server(
        uvicorn.Config(
            operation.application(parts, service), log_config=None, access_log=False,
            server_header=False, lifespan="off",
            timeout_graceful_shutdown=max(1, int(parts.settings.stop_seconds / 2)),
        )
    )  # fmt: skip
    server.capture_signals = nullcontext  # type: ignore[assignment, method-assign]  # ours
    return server


def _say(message: str, code: int) -> int:
    sys.stderr.write(message + "\n")
    return code
