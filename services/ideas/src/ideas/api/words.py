"""How long a word may be, and who may say it: shared by the doors of ideas."""

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from chassis.commands import Commands, Context
from chassis.http import Caller, caller, command_context
from contracts.ideas import IdeaEvent
from ideas.domain import Idea, IdeaCommand

Title = Annotated[str, Field(min_length=1, max_length=200)]
Body = Annotated[str, Field(min_length=1, max_length=10_000)]
Remark = Annotated[str, Field(max_length=10_000)]
Person = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Employee = Annotated[Caller, Depends(caller("employee", "reviewer", "lead", "director", "desk"))]
Ideas = Commands[Idea | None, IdeaCommand, IdeaEvent]
Once = Annotated[Context, Depends(command_context)]
