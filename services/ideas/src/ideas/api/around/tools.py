"""Tools and why they come; help with them, which a super-user owes an answer to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.database import Raw
from chassis.process import Parts
from contracts.tools import Level
from contracts.vocabulary import HelpId, IdeaId, PersonId, PilotId, ToolId
from ideas.api.around.owners import Owners
from ideas.api.around.reading import Done, Leader, Page, Shown, Which, page_of, shown
from ideas.api.words import Body, Employee, Name, Once, Person
from ideas.domain import tools as domain
from ideas.projections.directory import known, those_here
from ideas.settings import IdeasSettings

Link = Annotated[str, Field(pattern=r"^https?://[^\s\x00]+$", max_length=2_000)]


class Particulars(BaseModel):
    """What people should know; an empty audience means everybody."""

    features: Annotated[dict[Name, Level], Field(max_length=200)] = {}
    audience: Annotated[list[Name], Field(max_length=200)] = []
    super_users: Annotated[list[Person], Field(max_length=100)] = []
    manual: Link | None = None
    learning_path: Link | None = None

    async def plain(self, raw: Raw) -> domain.Particulars:
        return domain.Particulars(
            dict(self.features), tuple(self.audience),
            await known(raw, self.super_users), self.manual,
            self.learning_path,
        )  # fmt: skip


class Introduction(Particulars):
    """A tool comes with why it comes, and with a question to everybody."""

    name: Name
    why: Body
    question: Body
    idea: UUID | None = None
    pilot: UUID | None = None


class Question(BaseModel):
    """What you would like to know; without a name one of the super-users is asked."""

    words: Body
    super_user: Person | None = None


class Answer(BaseModel):
    words: Body


def tools(parts: Parts, settings: IdeasSettings) -> APIRouter:
    """Return the routes of tools and of help."""
    router = APIRouter(tags=["tools"])
    commands = parts.commands(domain.tool_decider, "tool")

    @router.get("/tools", summary="Tools, the newest first")
    async def list_tools(who: Employee, asked: Which) -> Page:
        return await page_of(parts, commands, "tool", who, asked)

    @router.get("/tools/{tool}", summary="One tool, with all that was said of it")
    async def read_tool(_: Employee, tool: UUID) -> Shown:
        return shown(tool, await commands.history(tool))

    @router.post("/tools", status_code=201, summary="Introduce a tool")
    async def introduce_tool(who: Leader, once: Once, told: Introduction) -> Done:
        command = domain.IntroduceTool(
            ToolId(uuid7()), PersonId(who.subject), parts.clock.now(), told.name, told.why,
            told.question, await told.plain(parts.db.pool),
            IdeaId(told.idea) if told.idea else None, PilotId(told.pilot) if told.pilot else None,
        )  # fmt: skip
        done = await commands.handle(command.tool, command, once)
        return Done(matter=UUID(done.stream.partition("-")[2]), version=done.version)

    @router.put("/tools/{tool}", summary="Say what people should know of it now")
    async def change_tool(who: Leader, once: Once, tool: UUID, told: Particulars) -> Done:
        particulars = await told.plain(parts.db.pool)
        command = domain.ChangeTool(PersonId(who.subject), parts.clock.now(), particulars)
        done = await commands.handle(tool, command, once)
        return Done(matter=tool, version=done.version)

    router.include_router(_help(parts, settings))
    return router


def _help(parts: Parts, settings: IdeasSettings) -> APIRouter:
    """Return the routes of those who ask for help, and of super-users."""
    router = APIRouter()
    commands = parts.commands(domain.tool_decider, "tool")
    helps = parts.commands(domain.help_decider, "help")
    owners = Owners(parts, settings)

    @router.post("/tools/{tool}/help", status_code=201, summary="Can someone help?")
    async def ask_help(who: Employee, once: Once, tool: UUID, asked: Question) -> Done:
        known, _ = await commands.state(tool)
        author = PersonId(who.subject)
        named = known.particulars.super_users if known else ()
        others = [p for p in await those_here(parts.db.pool, named) if p != author]
        help_id = HelpId(uuid7())
        # They take turns, by the id of the question: who is asked is nobody's choice.
        turn = others[help_id.int % len(others)] if others else None
        owed = await owners.of(author, asked.super_user or turn, settings.help_days)
        command = domain.AskHelp(
            help_id, author, owed.at, ToolId(tool), asked.words, owed.person, owed.due
        )
        done = await helps.handle(help_id, command, once)
        return Done(matter=UUID(done.stream.partition("-")[2]), version=done.version)

    @router.get("/help", summary="Questions for help, the newest first")
    async def list_help(who: Employee, asked: Which) -> Page:
        return await page_of(parts, helps, "help", who, asked)

    @router.get("/help/{question}", summary="One question, with its answer")
    async def read_help(_: Employee, question: UUID) -> Shown:
        return shown(question, await helps.history(question))

    @router.post("/help/{question}/answer", summary="Help")
    async def answer_help(who: Employee, once: Once, question: UUID, told: Answer) -> Done:
        asked, _ = await helps.state(question)
        by = PersonId(who.subject)
        tool = (await commands.state(asked.tool))[0] if asked else None
        helper = "desk" in who.roles or (tool is not None and by in tool.particulars.super_users)
        command = domain.AnswerHelp(by, parts.clock.now(), told.words, helper)
        done = await helps.handle(question, command, once)
        return Done(matter=question, version=done.version)

    return router
