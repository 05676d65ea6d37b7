"""Tools that are introduced, and help with them, told by `ideas`."""

from typing import Literal

from msgspec import UNSET

from contracts.handed_up import HelpHandedUp
from contracts.personal import AuthorsPersonal, Personal
from contracts.vocabulary import Event, HelpId, IdeaId, PersonId, PilotId, Promised, ToolId

OWNER = "ideas"
TOPIC = "kiem.ideas.events"

Level = Literal["core", "advanced"]


class ToolIntroduced(Event, frozen=True, kw_only=True):
    """A tool comes, with why; what people think of it is asked, read and answered like ideas.

    `name` is the tool's name in usage events, `features` its features with their level, `audience`
    the departments it is for (empty: all). `idea` and `pilot` are where it came from.
    """

    tool: ToolId
    by: PersonId
    name: str
    features: dict[str, Level] = {}  # noqa: RUF012 - msgspec copies it
    audience: tuple[str, ...] = ()
    super_users: tuple[PersonId, ...] = ()
    manual: str | None = None
    learning_path: str | None = None
    idea: IdeaId | None = None
    pilot: PilotId | None = None
    why: Personal[str] = UNSET
    question: Personal[str] = UNSET


class ToolChanged(Event, frozen=True, kw_only=True):
    """What is known of the tool is this now."""

    tool: ToolId
    by: PersonId
    features: dict[str, Level] = {}  # noqa: RUF012 - msgspec copies it
    audience: tuple[str, ...] = ()
    super_users: tuple[PersonId, ...] = ()
    manual: str | None = None
    learning_path: str | None = None


class HelpAsked(Promised, frozen=True, kw_only=True):
    """Somebody asks for help with a tool; a super-user owes an answer by a date."""

    help: HelpId
    author: PersonId
    tool: ToolId
    words: AuthorsPersonal[str] = UNSET


class HelpAnswered(Event, frozen=True, kw_only=True):
    """A super-user helped."""

    help: HelpId
    author: PersonId
    by: PersonId
    words: AuthorsPersonal[str] = UNSET


ToolEvent = ToolIntroduced | ToolChanged
HelpEvent = HelpAsked | HelpHandedUp | HelpAnswered
STREAMS: dict[str, object] = {"tool": ToolEvent, "help": HelpEvent}
