"""For the innovation desk: bringing a suggestion box in, from the file to what became of it."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from history.files import source_name
from history.mapping.model import OUTCOMES, REOPENED_TO, STEPS
from history.proposing import BY_WORD, ROLES, THEN, completed
from history.trouble import Unreadable
from history.writing import written
from portal.bringing import Errand
from portal.giving import text
from portal.holding import (
    LARGEST,
    LARGEST_MAPPING,
    NAME,
    Chosen,
    Held,
    Store,
    Wrong,
    checked_text,
    dry_run,
    looked_at,
    unpacked_content,
)
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/desk/history")
_HOME = "/desk/history"
_BODY, _MOST_CHOICES = 52_428_800, 3_000
_FIXED = {"pilot_concluded": OUTCOMES, "reopened": REOPENED_TO}
MEANINGS = [
    f"{step}:{fixed}" if fixed else step for step in STEPS for fixed in _FIXED.get(step, ("",))
]


@router.get("")
async def box(visit: Somebody) -> Response:
    visit.require("desk")
    return await _box(visit)


@router.post("/file", max_body_size=_BODY)
async def bring(visit: Somebody) -> Response:
    """Take a file, look at it, and propose what it means."""
    visit.require("desk")
    form = await visit.form(files=1)
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename or not file.size:
        return await _box(visit, visit.words("history.wrong.none"))
    if file.size > LARGEST:
        return await _box(visit, visit.words("history.wrong.large", most=LARGEST // 1_000_000))
    name = file.filename.replace("\\", "/").rpartition("/")[2][-NAME:]
    try:
        content = unpacked_content(await file.read(), name)
        found = await _in_turn(visit, looked_at, name, content, visit.words("history.undecided"))
        await asyncio.to_thread(_store(visit).keep, found, content)
    except Wrong as wrong:
        about = wrong.given | {"why": visit.words.of_others(wrong.given.get("why", ""))[0]}
        return await _box(visit, visit.words(f"history.wrong.{wrong.name}", **about))
    except OSError:
        return await _box(visit, visit.words("history.wrong.room"))
    return visit.go(_HOME)


@router.post("/removal")
async def remove(visit: Somebody) -> Response:
    visit.require("desk")
    await visit.form()
    _store(visit).forget()
    return visit.go(_HOME)


@router.get("/mapping")
async def mapping(visit: Somebody, done: str = "") -> Response:
    visit.require("desk")
    found = _store(visit).held()
    return _mapping(visit, found, done=done) if found else visit.go(_HOME)


@router.post("/choices")
async def choose(visit: Somebody) -> Response:
    """Write the mapping from what was chosen; its text is written anew."""
    visit.require("desk")
    form, found = await visit.form(fields=_MOST_CHOICES), _store(visit).held()
    if found is None:
        return visit.go(_HOME)
    _chosen(form, found)
    choices = completed(found.choices, found.box)
    _store(visit).choose(Chosen(choices, written(choices, visit.words("history.undecided"))))
    return visit.go(f"{_HOME}/mapping?done=written")


@router.post("/mapping", max_body_size=10 * LARGEST_MAPPING)
async def write(visit: Somebody) -> Response:
    """Take the text of a mapping, typed or as a file; faults are told beside it."""
    visit.require("desk")
    form, found = await visit.form(files=1), _store(visit).held()
    if found is None:
        return visit.go(_HOME)
    file, ending = form.get("file"), found.chosen.ending
    if isinstance(file, UploadFile) and file.filename:
        try:
            told = (await file.read()).decode("utf-8-sig")
        except UnicodeDecodeError:
            wrong = visit.words("history.wrong.kind", name=file.filename)
            return _mapping(visit, found, wrong=wrong)
        ending = "yaml" if file.filename.lower().endswith((".yaml", ".yml")) else "toml"
    else:
        told = str(form.get("text", "")).replace("\r\n", "\n")
    if len(told) > LARGEST_MAPPING:
        wrong = visit.words("history.wrong.text", most=LARGEST_MAPPING)
        return _mapping(visit, found, wrong=wrong)
    found.chosen = Chosen(found.choices, told, ending)
    _store(visit).choose(found.chosen)
    _, faults = checked_text(found.chosen)
    return _mapping(visit, found, faults) if faults else visit.go(f"{_HOME}/mapping?done=text")


@router.get("/mapping/file")
async def download(visit: Somebody) -> Response:
    visit.require("desk")
    found = _store(visit).held()
    if found is None:
        return visit.go(_HOME)
    named = {"content-disposition": f'attachment; filename="mapping.{found.chosen.ending}"'}
    return Response(found.chosen.text, media_type="text/plain; charset=utf-8", headers=named)


@router.get("/trial")
async def trial(visit: Somebody, wrong: str = "") -> Response:
    """Say what would be understood; nothing is sent."""
    visit.require("desk")
    found, report = await _tried(visit)
    if found is None:
        return visit.go(_HOME)
    if report is None:
        return _mapping(visit, found, checked_text(found.chosen)[1])
    return visit.page(
        "history_trial.html", held=found, report=report, source=report["source"],
        wrong=wrong if wrong in ("cutover", "source") else "",
    )  # fmt: skip


@router.get("/trial/report")
async def trial_report(visit: Somebody) -> Response:
    """Give the whole of it, as the command line prints it for programs."""
    visit.require("desk")
    _, report = await _tried(visit)
    return _download(report, "trial.json") if report else visit.go(_HOME)


@router.post("/import")
async def begin(visit: Somebody) -> Response:
    """Begin, unless it is under way already; what came over before is known, and stays."""
    visit.require("desk")
    form, store, bringing = await visit.form(), _store(visit), visit.house.bringing
    found, content = store.held(), store.lines()
    meant = checked_text(found.chosen)[0] if found else None
    if found is None or content is None or meant is None or meant.history is None:
        return visit.go(f"{_HOME}/mapping")
    day = text(form, "cutover")
    try:
        cutover = _instant(day, ZoneInfo(meant.moments.zone)) if day else None
        source = source_name(text(form, "source") or None, meant.source, found.look.name)
    except ValueError:
        return visit.go(f"{_HOME}/trial?wrong=cutover#cutover")
    except Unreadable:
        return visit.go(f"{_HOME}/trial?wrong=source#source")
    now = bringing.progress(visit.me.person)
    if now is None or now.state != "under_way" or now.silent:
        errand = Errand(
            visit.me.person, found.look.name, content, meant, meant.history, source, cutover, day
        )
        bringing.begin(errand, visit.services)
    return visit.go(f"{_HOME}/import")


@router.get("/import")
async def progress(visit: Somebody) -> Response:
    """Show how far the import is; the page asks anew by itself until it is done."""
    visit.require("desk")
    now = visit.house.bringing.progress(visit.me.person)
    if now is None:
        return visit.go(_HOME)
    going = now.state == "under_way" and not now.silent
    if visit.fragment and not going:
        return Response(headers={"HX-Refresh": "true"})
    template = "history_progress.html" if visit.fragment else "history_import.html"
    return visit.page(template, now=now, going=going, held=_store(visit).held())


@router.get("/import/report")
async def import_report(visit: Somebody) -> Response:
    """Give the whole account of an import, as the command line prints it for programs."""
    visit.require("desk")
    now = visit.house.bringing.progress(visit.me.person)
    return _download(now.report, "import.json") if now and now.report else visit.go(_HOME)


async def _tried(visit: Visit) -> tuple[Held | None, dict[str, Any] | None]:
    found, content = _store(visit).held(), _store(visit).lines()
    meant = checked_text(found.chosen)[0] if found else None
    if found is None or content is None or meant is None:
        return found if content else None, None
    source = _source(meant.source, found)
    return found, await _in_turn(visit, dry_run, content, found.look.name, meant, source)


def _download(report: dict[str, Any], name: str) -> Response:
    named = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(msgspec.json.encode(report), media_type="application/json", headers=named)


async def _box(visit: Visit, error: str = "") -> Response:
    store = _store(visit)
    return visit.page(
        "history.html", 422 if error else 200, error=error, held=store.held(), until=store.until(),
        most=LARGEST // 1_000_000, hours=f"{visit.house.settings.uploads_hours:g}",
        now=visit.house.bringing.progress(visit.me.person),
    )  # fmt: skip


def _mapping(
    visit: Visit, found: Held, faults: Iterable[str] = (), *, wrong: str = "", done: str = ""
) -> Response:
    words = found.choices.fields_as("word")
    by_field = [f"{THEN}{name}" for name in words] + [f"{BY_WORD}{name}" for name in words]
    told = [visit.words.of_others(fault) for fault in faults]
    told += [(wrong, visit.words.language)] if wrong else []
    return visit.page(
        "history_mapping.html", 422 if told else 200, held=found, faults=told,
        done=done if done in ("written", "text") else "", roles=ROLES, meanings=MEANINGS,
        by_field=by_field, most=LARGEST_MAPPING,
    )  # fmt: skip


def _chosen(form: FormData, found: Held) -> None:
    """Take over the choices of a form: fields and words are known by their places."""
    before = dict(found.choices.meanings)
    for place, name in enumerate(found.box.fields):
        role = text(form, f"role.{place}")
        found.choices.roles[name] = role if role in ROLES else ""
        for at, word in enumerate(found.box.words_of(name)):
            meaning = form.get(f"word.{place}.{at}")
            if meaning is not None and name in before:
                before[name][word] = str(meaning) if _is_meaning(str(meaning), found) else ""
    found.choices.meanings = before


def _is_meaning(said: str, found: Held) -> bool:
    _, sign, name = said.partition(":") if said.startswith(BY_WORD) else said.partition("+")
    return said in MEANINGS or bool(sign and name in found.box.fields)


def _store(visit: Visit) -> Store:
    return Store(visit.house.bringing.uploads, visit.me.person)


async def _in_turn(visit: Visit, work: Any, *given: Any) -> Any:
    """Read a file beside the pages of others, and one file at a time."""
    async with visit.house.bringing.reading:
        return await asyncio.to_thread(work, *given)


def _source(mapped: str | None, found: Held) -> str:
    try:
        return source_name(None, mapped, found.look.name)
    except Unreadable:
        return "history"


def _instant(day: str, zone: ZoneInfo) -> datetime:
    """Return when a day begins; raises ValueError where it is none."""
    return datetime.combine(date.fromisoformat(day), time(), zone).astimezone(UTC)
