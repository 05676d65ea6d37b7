"""How long a word may be, who may say it, and for whom it is: shared by the doors of ideas."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends
from pydantic import AwareDatetime, Field, StringConstraints

from chassis.commands import Commands, Context
from chassis.http import Caller, caller, command_context
from contracts.ideas import IdeaEvent
from contracts.vocabulary import PersonId
from ideas.domain import Idea, IdeaCommand, may_see

# What lies open in a table can't hold the character 0; sealed words can hold anything.
PLAIN = r"^[^\x00]*$"
LAST = 2**53 - 1  # the largest whole number that every reader of JSON takes as it is

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
Remark = Annotated[str, Field(max_length=10_000)]
Person = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1,
                                       max_length=50, pattern=PLAIN)]  # fmt: skip
Tags = Annotated[list[Tag], Field(max_length=20)]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1800, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))
]
Employee = Annotated[Caller, Depends(caller("employee", "reviewer", "lead", "director", "desk"))]
Author = Annotated[
    Caller, Depends(caller("employee", "reviewer", "lead", "director", "desk", "alias"))
]
"""An employee, or whoever speaks for one idea with its code."""
Ideas = Commands[Idea | None, IdeaCommand, IdeaEvent]
Once = Annotated[Context, Depends(command_context)]


def is_for(idea: Idea, who: Caller) -> bool:
    """Tell whether the words of an idea are for the caller."""
    return may_see(idea, PersonId(who.subject), at_desk="desk" in who.roles)
