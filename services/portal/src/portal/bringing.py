"""A history on its way from an uploaded file to the services, in the name of who brings it."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any, Literal
from uuid import uuid4

import msgspec

from chassis.log import log
from history.account import Account, account_of
from history.files import numbered, raw_lines
from history.mapping.model import History, Mapping
from history.reading import read_history
from history.report import result_report
from history.sending import TOO_MUCH, NotTaken, Sender
from portal.asking import Away, Refused, Services, SignedOut
from portal.uploads import Uploads

Carry = Callable[[str, str, Any], Any]
BEAT = 1.0  # seconds between two notes of how far an import is
SILENT = 15.0  # seconds without a note, after which nobody is at work any more
AT_ONCE = 3  # portions under way: people use the services meanwhile
PATIENCE = 120.0  # seconds that a service may be away
_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
STATE = "import"


class Progress(msgspec.Struct):
    """How far an import is. `phase` names what is sent; `report` is there when it is done."""

    source: str
    cutover: str = ""
    state: Literal["under_way", "done", "stopped"] = "under_way"
    phase: str = "reading"
    done: int = 0
    total: int = 0
    beat: float = 0.0
    why: str = ""
    detail: str = ""
    report: dict[str, Any] | None = None

    @property
    def silent(self) -> bool:
        """Tell whether whoever was at work is gone, with a replica that was stopped."""
        return self.state == "under_way" and time.time() - self.beat > SILENT


class Errand(msgspec.Struct, frozen=True):
    """What is to be brought in, by whom, and under which name."""

    person: str
    file: str
    content: bytes
    mapping: Mapping
    meaning: History
    source: str
    cutover: datetime | None
    day: str = ""


class Bringing:
    """The imports of this process: one at a time, as each is held in memory."""

    def __init__(self, uploads: Uploads) -> None:
        self.uploads = uploads
        self.reading = asyncio.Semaphore(1)
        self._turn = asyncio.Semaphore(1)
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def begin(self, errand: Errand, services: Services) -> None:
        """Begin an import, unless this person's is under way here already."""
        if errand.person in self._under_way:
            return
        progress = Progress(errand.source, errand.day, beat=time.time())
        self.uploads.keep(errand.person, STATE, progress)
        task = asyncio.create_task(self._bring(errand, progress, services))
        self._under_way[errand.person] = task
        task.add_done_callback(lambda _: self._under_way.pop(errand.person, None))

    def progress(self, person: str) -> Progress | None:
        return self.uploads.read(person, STATE, Progress)

    async def stop(self) -> None:
        """Stop what is under way: it goes on where it was when somebody says so."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _bring(self, errand: Errand, progress: Progress, services: Services) -> None:
        try:
            async with self._turn:
                await self._watched(errand, progress, services)
        except Exception as error:  # noqa: BLE001 - whatever it is, its bringer is told
            progress.state = "stopped"
            progress.why, progress.detail = _why(error)
            if progress.why == "failed":
                log.error("import.failed", exc_info=error)
        except asyncio.CancelledError:
            progress.state, progress.why = "stopped", "stopped"
        progress.beat = time.time()
        self.uploads.keep(errand.person, STATE, progress)

    async def _watched(self, errand: Errand, progress: Progress, services: Services) -> None:
        """Work in a thread, and note now and then how far it is."""
        carry = _across(asyncio.get_running_loop(), services)
        work = asyncio.create_task(asyncio.to_thread(_work, errand, progress, carry))
        while not work.done():
            progress.beat = time.time()
            self.uploads.keep(errand.person, STATE, progress)
            await asyncio.wait({work}, timeout=BEAT)
        progress.report = await work
        progress.state = "done"


def _work(errand: Errand, progress: Progress, carry: Carry) -> dict[str, Any]:
    """Read, and send ideas, then who was to review them, then what could not be placed."""
    lines = numbered(BytesIO(errand.content), errand.file)
    whole = read_history(lines, errand.meaning, errand.mapping.moments).whole
    account = account_of(whole)
    sender = Sender(carry, errand.source, account, AT_ONCE)

    def phase(name: str, total: int) -> Callable[[int], None]:
        progress.phase, progress.done, progress.total = name, 0, total

        def advance(more: int) -> None:
            progress.done += more

        return advance

    steps = sum(len(idea.steps) for idea in whole.ideas)
    sender.ideas(whole.ideas, errand.cutover, phase("ideas", steps))
    sender.assignments(whole, phase("reviewers", len(whole.assignments)))
    _keep_the_rest(errand, sender, account, phase)
    return result_report(account, errand.source)


def _keep_the_rest(
    errand: Errand, sender: Sender, account: Account, phase: Callable[[str, int], Any]
) -> None:
    kept = set(account.lines("refused", "unplaced"))
    raw = raw_lines(numbered(BytesIO(errand.content), errand.file), kept)
    sender.unplaced(raw, phase("kept", len(kept)))


def _across(loop: asyncio.AbstractEventLoop, services: Services) -> Carry:
    """Return what a thread calls to have a portion taken to its service by the loop."""

    def carry(service: str, path: str, body: Any) -> Any:
        content = msgspec.json.encode(body)
        return asyncio.run_coroutine_threadsafe(
            _carried(services, service, path, content), loop
        ).result()

    return carry


async def _carried(services: Services, service: str, path: str, content: bytes) -> Any:
    once, pause, ends = str(uuid4()), _PAUSE, time.monotonic() + PATIENCE
    while True:
        try:
            return await services.send(service, path, content, "application/json", once=once)
        except Away:
            if time.monotonic() > ends:
                raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        except Refused as no:
            if no.status in TOO_MUCH:
                raise NotTaken(no.sentence) from None
            raise


def _why(error: Exception) -> tuple[str, str]:
    match error:
        case SignedOut():
            return "signed_out", ""
        case Away():
            return "away", error.service
        case Refused():
            return "refused", error.sentence
        case _:
            return "failed", ""
