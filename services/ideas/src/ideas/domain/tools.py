"""Tools: introduced with why they come; and help, which a super-user owes an answer to."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chassis.decider import Decider, NotAllowed, NotFound, Rejected
from contracts.handed_up import HelpHandedUp
from contracts.tools import (
    HelpAnswered,
    HelpAsked,
    HelpEvent,
    Level,
    ToolChanged,
    ToolEvent,
    ToolIntroduced,
)
from contracts.vocabulary import HelpId, IdeaId, PersonId, PilotId, ToolId
from ideas.domain.handing_up import HandUp, takes_over


class ThereIsNoSuchTool(NotFound):
    """There is no tool under this id. Look at the list of tools."""


class ThereIsNoSuchQuestion(NotFound):
    """There is no question for help under this id. Look at the id."""


class TheQuestionIsAnswered(Rejected):
    """Somebody helped already. Ask a new question if something is still unclear."""


class OnlySuperUsersHelp(NotAllowed):
    """Only who was asked, who took over, a super-user of the tool, or the desk answers here."""


class NobodyAnswersTheirOwnQuestion(Rejected):
    """Whoever asks can't be the one who answers. Ask another super-user."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What people should know of a tool; `audience` is the departments, empty for all."""

    features: dict[str, Level] = field(default_factory=dict)
    audience: tuple[str, ...] = ()
    super_users: tuple[PersonId, ...] = ()
    manual: str | None = None
    learning_path: str | None = None


@dataclass(frozen=True, slots=True)
class IntroduceTool:
    tool: ToolId
    by: PersonId
    at: datetime
    name: str
    why: str
    question: str
    particulars: Particulars
    idea: IdeaId | None = None
    pilot: PilotId | None = None


@dataclass(frozen=True, slots=True)
class ChangeTool:
    by: PersonId
    at: datetime
    particulars: Particulars


@dataclass(frozen=True, slots=True)
class Tool:
    tool: ToolId
    name: str
    by: PersonId
    particulars: Particulars


ToolCommand = IntroduceTool | ChangeTool


def decide(tool: Tool | None, command: ToolCommand) -> list[ToolEvent]:
    match tool, command:
        case None, IntroduceTool():
            return [
                ToolIntroduced(
                    at=command.at, tool=command.tool, by=command.by, name=command.name,
                    why=command.why, question=command.question, idea=command.idea,
                    pilot=command.pilot, **_told(command.particulars),
                )
            ]  # fmt: skip
        case _, IntroduceTool():
            return []
        case None, _:
            raise ThereIsNoSuchTool
        case Tool(), ChangeTool(particulars=particulars):
            if particulars == tool.particulars:
                return []
            told = _told(particulars)
            return [ToolChanged(at=command.at, tool=tool.tool, by=command.by, **told)]


def _told(particulars: Particulars) -> dict[str, Any]:
    return {name: getattr(particulars, name) for name in Particulars.__slots__}


def evolve(tool: Tool | None, event: ToolEvent) -> Tool | None:
    told = Particulars(**{name: getattr(event, name) for name in Particulars.__slots__})
    match tool, event:
        case None, ToolIntroduced():
            return Tool(event.tool, event.name, event.by, told)
        case Tool(), ToolChanged():
            return Tool(tool.tool, tool.name, tool.by, told)
        case _:
            return tool


tool_decider = Decider[Tool | None, ToolCommand, ToolEvent](None, decide, evolve)


@dataclass(frozen=True, slots=True)
class AskHelp:
    help: HelpId
    author: PersonId
    at: datetime
    tool: ToolId
    words: str
    super_user: PersonId
    due: datetime


@dataclass(frozen=True, slots=True)
class AnswerHelp:
    """`helper` says that the door knows them as a super-user of the tool, or as the desk."""

    by: PersonId
    at: datetime
    words: str
    helper: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """A question; `owner` owes the answer, `asked` was asked first and may still give it."""

    help: HelpId
    author: PersonId
    tool: ToolId
    asked: PersonId | None
    answered: bool = False
    owner: PersonId | None = None
    due: datetime | None = None


HelpCommand = AskHelp | HandUp | AnswerHelp


def help_decide(asked: Help | None, command: HelpCommand) -> list[HelpEvent]:
    match asked, command:
        case None, AskHelp():
            if command.super_user == command.author:
                raise NobodyAnswersTheirOwnQuestion
            return [
                HelpAsked(
                    at=command.at, help=command.help, author=command.author, tool=command.tool,
                    words=command.words, accountable=command.super_user, due=command.due,
                )
            ]  # fmt: skip
        case _, AskHelp():
            return []
        case None, HandUp():
            return []
        case None, _:
            raise ThereIsNoSuchQuestion
        case Help(), HandUp():
            return _handed_up(asked, command)
        case Help(), AnswerHelp():
            return [_helped(asked, command)]


def _handed_up(asked: Help, told: HandUp) -> list[HelpEvent]:
    if asked.answered or not takes_over(told, asked.owner, asked.due):
        return []
    return [
        HelpHandedUp(
            at=told.at, help=asked.help, author=asked.author, previous=told.previous,
            accountable=told.accountable, due=told.due, cause=told.cause,
        )
    ]  # fmt: skip


def _helped(asked: Help, answer: AnswerHelp) -> HelpAnswered:
    if asked.answered:
        raise TheQuestionIsAnswered
    if answer.by == asked.author:
        raise NobodyAnswersTheirOwnQuestion
    if answer.by not in {asked.asked, asked.owner} and not answer.helper:
        raise OnlySuperUsersHelp
    return HelpAnswered(
        at=answer.at, help=asked.help, author=asked.author, by=answer.by, words=answer.words
    )


def help_evolve(asked: Help | None, event: HelpEvent) -> Help | None:
    match asked, event:
        case None, HelpAsked():
            who = event.accountable
            return Help(event.help, event.author, event.tool, who, owner=who, due=event.due)
        case Help(), HelpHandedUp():
            return replace(asked, owner=event.accountable, due=event.due)
        case Help(), HelpAnswered():
            return replace(asked, answered=True)
        case _:
            return asked


help_decider = Decider[Help | None, HelpCommand, HelpEvent](None, help_decide, help_evolve)
