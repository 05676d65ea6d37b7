"""Pages: how soon the portal answers on the demo's data, and how much a first view weighs."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2

from benchmarks.harness.apart import ROOT
from benchmarks.harness.outcome import Contest, Row, at_most
from benchmarks.harness.servers import Servers
from benchmarks.harness.statistics import percentile
from benchmarks.harness.system import cpu_of
from benchmarks.harness.turns import Say, Stopwatch
from local.home import Home
from local.owned import Owned
from local.plan import PORTAL, SERVICES, Plan, make_plan
from local.ports import claim_hundred

SOON, LIGHT = 100.0, 100.0  # ms at the 95th percentile; KB compressed
VIEWS = {"full": 60, "quick": 20, "tiny": 3}
# Whose page it is, and where it is; the first of a list is opened for the last two.
PAGES = {
    "home": ("employee", "/"),
    "tell an idea": ("employee", "/ideas/new"),
    "ideas": ("employee", "/ideas"),
    "an idea": ("employee", "/ideas?mine=1 /ideas/"),
    "reviews": ("employee reviewer", "/reviews"),
    "a review": ("employee reviewer", "/reviews /reviews/"),
    "numbers": ("employee", "/numbers"),
    "leading": ("employee lead", "/leading"),
    "inbox": ("employee", "/inbox"),
}
_ID = r"[0-9a-f]{8}-[0-9a-f-]{27}"
_LOADED = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_FOUND = 302


async def measure(_: Servers, level: str, say: Say) -> Row:
    """Measure pages: after one visit of each, which fills what is remembered for a minute."""
    watch = Stopwatch(Row(name="pages", title="12. Pages of the portal, on the demo's data"))
    times: dict[str, list[float]] = {}
    weights: dict[str, list[float]] = {}
    work: dict[str, list[float]] = {}
    with _demo(say) as plan:
        pids = _processes(plan)
        for name, (roles, path) in PAGES.items():
            say(f"{name}: {VIEWS[level]} views")
            async with _reader(plan, roles) as reader:
                address = await _address(reader, path)
                weights[name] = [await _weight(reader, address) / 1_000]
                before = cpu_of(pids)
                times[name] = [await _once(reader, address) for _ in range(VIEWS[level])]
                work[name] = [(cpu_of(pids) - before) * 1_000 / VIEWS[level]]
    for title, figures, unit in (
        ("answered in", times, "ms"), ("processor of portal and services, a view", work, "ms"),
        ("first view", weights, "KB"),
    ):  # fmt: skip
        watch.row.contests.append(Contest(title=title, unit=unit, ours="", figures=figures))
    for name in PAGES:
        watch.row.bars.append(at_most(f"{name}, p95", SOON, percentile(times[name], 0.95), "ms"))
    heaviest = max(weight for found in weights.values() for weight in found)
    watch.row.bars.append(at_most("the heaviest first view", LIGHT, heaviest, "KB"))
    return watch.stop()


def _processes(plan: Plan) -> list[int]:
    """Return the processes of the portal and the services, whatever else is busy here."""
    found = (Owned(name, plan.home.folder / "run").leftover() for name in (PORTAL, *SERVICES))
    return [pid for pid in found if pid is not None]


@contextmanager
def _demo(say: Say) -> Iterator[Plan]:
    """Let the whole demo play in a place of its own, and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="kiem-pages-"))
    folder.chmod(0o711)
    told = {"KIEM_HOME": str(folder / "home"), "KIEM_PORT_BASE": str(claim_hundred())}
    environment = {n: v for n, v in os.environ.items() if not n.startswith("KIEM_")} | told
    say("the demo is played")
    try:
        _local(environment, "demo")
        yield make_plan(Home(folder / "home"), told)
    finally:
        _local(environment, "reset", "--yes")
        shutil.rmtree(folder, ignore_errors=True)


def _local(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local", *words], env=environment, cwd=ROOT, text=True, check=False,
        capture_output=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"`{' '.join(words)}` failed:\n{done.stdout[-2000:]}{done.stderr}")


@asynccontextmanager
async def _reader(plan: Plan, roles: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Sign in as whom the demo offers with these roles."""
    offered = json.loads((plan.home.identity / "personas.json").read_text("utf-8"))
    person = next(one["id"] for one in offered if one["roles"] == roles)
    async with httpx2.AsyncClient(base_url=plan.url(PORTAL), trust_env=False, timeout=30) as web:
        asked = httpx2.URL((await web.get("/sign-in")).headers["location"])
        form = {**dict(asked.params), "sub": person, "roles": roles.split()}
        chosen = await web.post(str(asked.copy_with(query=None)), data=form)
        if chosen.status_code != _FOUND:
            raise RuntimeError(f"nobody signs in as {person}: {chosen.text}")
        await web.get(chosen.headers["location"])
        yield web


async def _address(reader: httpx2.AsyncClient, path: str) -> str:
    """Return where a page is; of a list and a beginning, where its first item is."""
    where, _, begins = path.partition(" ")
    if not begins:
        return where
    found = re.search(f'href="({begins}{_ID})', (await reader.get(where)).text)
    if found is None:
        raise RuntimeError(f"{where} leads to no {begins}…")
    return found[1]


async def _weight(reader: httpx2.AsyncClient, address: str) -> int:
    """Return how many bytes come for a first view, as they are sent: compressed."""
    page = await reader.get(address)
    page.raise_for_status()
    weight = page.num_bytes_downloaded
    loaded = sorted(set(_LOADED.findall(page.text)))
    for answer in await asyncio.gather(*(reader.get(each) for each in loaded)):
        answer.raise_for_status()
        weight += answer.num_bytes_downloaded
    return weight


async def _once(reader: httpx2.AsyncClient, address: str) -> float:
    """Return how many milliseconds an answer took, as somebody on this machine sees it."""
    began = time.perf_counter()
    (await reader.get(address)).raise_for_status()
    return (time.perf_counter() - began) * 1_000
