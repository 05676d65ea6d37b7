"""The HTTP door: who asks, what they ask once, and how a no is said."""

from chassis.auth import Caller
from chassis.http.doors import Doors, Pace, caller, command_context, create_app, nobody, unguarded
from chassis.http.problems import problem

__all__ = [
    "Caller", "Doors", "Pace", "caller", "command_context", "create_app", "nobody", "problem",
    "unguarded",
]  # fmt: skip
