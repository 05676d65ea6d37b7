"""What a mapping says, after it was checked: fields, moments, facts, words and steps."""

from msgspec import Struct

STEPS = (
    "submitted", "under_review", "accepted", "declined", "parked", "withdrawn", "reopened",
    "pilot_started", "measured", "pilot_concluded", "realised", "reviewers_assigned", "ignored",
)  # fmt: skip
OUTCOMES = ("scaled", "stopped", "extended")
REOPENED_TO = ("submitted", "under_review", "accepted", "parked", "in_pilot")
LANGUAGES = ("nl", "en")
HISTORY_FIELDS = (
    "at", "idea", "title", "body", "department", "category", "language",
    "authors", "by", "reviewers", "reviewer", "reason", "wake_on",
)  # fmt: skip
DEFAULTED = ("title", "department", "category", "language")
USAGE_FIELDS = ("at", "person", "feature", "tool", "department", "advanced")
LONGEST = {"title": 200, "body": 10_000, "department": 100, "category": 100, "reason": 10_000}
"""What the services take, in characters."""

Sources = tuple[str, ...]
"""Fields of the file to look in, in this order: the first that is filled counts."""


class Rule(Struct, frozen=True):
    """The step that a fact or a word stands for, with what is fixed about it."""

    step: str
    reason: str | None = None
    outcome: str | None = None
    to: str | None = None


class FactRule(Struct, frozen=True):
    """How to read one kind of line: a fixed step, or the step that a word in a field stands for.

    `after` names the field with the word before: then `before > word` is looked up first.
    """

    rule: Rule | None = None
    word: str | None = None
    then: str | None = None
    after: str | None = None
    fields: dict[str, Sources] = {}


class Moments(Struct, frozen=True):
    """How the file writes moments, and the zone of those that name none."""

    formats: tuple[str, ...] = ("iso",)
    zone: str = "Europe/Amsterdam"


class History(Struct, frozen=True):
    """How to read a history. `fact` is the field that tells the kinds of lines apart."""

    fields: dict[str, Sources]
    fact: str | None
    facts: dict[str, FactRule]
    line: FactRule | None
    words: dict[str, dict[str, Rule]]
    defaults: dict[str, str] = {}
    births: str = "named"
    separator: str | None = None
    ignored_fields: frozenset[str] = frozenset()


class Usage(Struct, frozen=True):
    """How to read rows of usage."""

    fields: dict[str, Sources]
    tool: str | None = None
    advanced: frozenset[str] = frozenset()
    features: dict[str, str] = {}
    delimiter: str = ","


class Mapping(Struct, frozen=True):
    """A whole mapping file."""

    file: str
    source: str | None = None
    moments: Moments = Moments()
    history: History | None = None
    usage: Usage | None = None


def plain(word: str) -> str:
    """Return a word as it is compared: case and white space do not matter."""
    return " ".join(word.split()).casefold()
