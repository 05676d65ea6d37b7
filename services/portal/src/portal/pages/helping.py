"""Can someone help? The answers that I owe, what I asked, and each question with its answer."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import Gone, all_of
from portal.giving import given, text
from portal.pages.home import items, note_away
from portal.telling import in_turn
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/help")
_MOST, _PAGE = 50, 10


@router.get("")
async def helping(visit: Somebody, after: UUID | None = None) -> Response:
    ask = visit.services.get
    found = await all_of(
        owed=ask("ideas", "/v1/help", owed_by_me="true", open="true", limit=_MOST),
        mine=ask("ideas", "/v1/help", mine="true", after=after, limit=_PAGE),
    )
    note_away(visit, found)
    owed = sorted(items(found["owed"]), key=lambda row: row["due"] or "9")
    mine = items(found["mine"])
    ended = [row["matter"] for row in mine if row["ended_at"]]
    answers = await _answers(visit, ended)
    await visit.name(
        [row["author"] for row in owed] + [row["accountable"] for row in mine]
        + [answer["by"] for answer in answers.values()]
    )  # fmt: skip
    tools = await _tools(visit, (row["tool"] for row in [*owed, *mine]))
    return visit.page("helping.html", owed_rows=owed, answers=answers, tools=tools, **found)


@router.get("/{question}")
async def question(visit: Somebody, question: UUID, asked: str = "", done: str = "") -> Response:
    said = "tools.help.asked" if asked else "helping.done" if done else ""
    return await _page(visit, question, said=said)


@router.post("/{question}/answer")
async def answer(visit: Somebody, question: UUID) -> Response:
    form = await visit.form()
    words = text(form, "words")
    path = f"/v1/help/{question}/answer"
    if no := await given(visit, form, ("ideas", path), {"words": words}):
        return await _page(visit, question, error=no, words=words)
    return visit.go(f"/help/{question}?done=1")


async def _page(
    visit: Visit, question: UUID, *, said: str = "", error: str = "", words: str = ""
) -> Response:
    """Show a question; an answer that was given in vain stays in its field."""
    shown = await visit.services.get("ideas", f"/v1/help/{question}")
    first = shown["steps"][0]
    tool = first["more"]["tool"]
    found = await all_of(tool=visit.services.get("ideas", f"/v1/tools/{tool}"))
    note_away(visit, found)
    helped = answer_of(shown)
    await visit.name([shown["author"], shown["accountable"], helped and helped["by"]])
    return visit.page(
        "help.html", 422 if error else 200, question=shown, asked=first, answer=helped,
        tool=tool, name=name_of(found["tool"]), said=said, error=error, words=words,
        may=may_answer(shown, found["tool"], visit.me.person, desk=visit.me.has("desk")),
    )  # fmt: skip


def answer_of(shown: Any) -> Any:
    """Return the step that answered a question; None while it is open."""
    return next((s for s in shown["steps"] if s["type"] == "HelpAnswered"), None)


def may_answer(shown: Any, tool: Any, person: str, *, desk: bool) -> bool:
    """Tell whether a reader may answer: ideas decides, this only spares a vain try.

    Who owed the answer before somebody took over may still give it, as may every super-user.
    """
    if answer_of(shown) or person == shown["author"]:
        return False
    before = {step["more"].get("previous") for step in shown["steps"]}
    return desk or person in {shown["accountable"], *before, *super_users(tool)}


def super_users(tool: Any) -> list[str]:
    """Return who knows a tool well now; nobody where it was not told."""
    if isinstance(tool, Gone):
        return []
    found: list[str] = tool["steps"][-1]["more"].get("super_users", [])
    return found


def name_of(tool: Any) -> str:
    return "" if isinstance(tool, Gone) else str(tool["steps"][0]["more"].get("name", ""))


async def _tools(visit: Visit, tools: Iterable[str]) -> dict[str, str]:
    """Return what tools are called, as far as that is told now."""
    wanted = sorted(set(tools))
    found = await in_turn([visit.services.get("ideas", f"/v1/tools/{tool}") for tool in wanted])
    return {tool: name_of(each) for tool, each in zip(wanted, found, strict=True)}


async def _answers(visit: Visit, questions: Iterable[str]) -> dict[str, Any]:
    """Return the answers to questions that were answered, as far as they are told now."""
    asked = list(questions)
    found = await in_turn([visit.services.get("ideas", f"/v1/help/{each}") for each in asked])
    answers = {
        each: None if isinstance(shown, Gone) else answer_of(shown)
        for each, shown in zip(asked, found, strict=True)
    }
    return {each: step for each, step in answers.items() if step}
