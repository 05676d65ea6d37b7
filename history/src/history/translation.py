"""Translates lines of a history, one by one, as a mapping says."""

from collections import Counter
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from history.mapping.model import (
    LANGUAGES,
    LONGEST,
    FactRule,
    History,
    Moments,
    Rule,
    Sources,
    plain,
)
from history.mapping.moments import moment_parser
from history.records import (
    Puzzling,
    first_filled,
    key,
    look_up,
    people,
    person,
    read_record,
    shown,
    word,
)
from history.steps import Line, Record, Step

_TEXTS = ("title", "body", "department", "category")


class Tally(Struct):
    """How often each word was met and what it stood for, and which fields nobody reads."""

    words: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)


class Translator:
    """Reads lines by one mapping and counts the words it meets."""

    def __init__(self, history: History, moments: Moments, now: datetime | None = None) -> None:
        self.now = now
        self.history = history
        self.parse = moment_parser(moments)
        self.zone = ZoneInfo(moments.zone)
        self.tally = Tally()
        self.formats = " or ".join(moments.formats)
        self.known = history.ignored_fields | _fields_read(history)

    def read(self, line_number: int, line: bytes) -> Line:
        """Translate a line. It never raises: what is not understood is said in the answer."""
        if not line.strip():
            return Line(number=line_number, ignored="empty lines")
        try:
            record = read_record(line)
            self._count_unread(record)
            return self._placed(line_number, record)
        except Puzzling as puzzle:
            return Line(number=line_number, problems=(str(puzzle),))

    def _placed(self, line_number: int, record: Record) -> Line:
        told = key(*first_filled(record, self.history.fields["idea"]))
        at = self._moment(record)
        line = Line(number=line_number, key=told, at=at)
        if self.history.births == "first":
            birth = self._step(line_number, record, at, Rule(step="submitted"), {})
            line = replace(line, if_first=birth)
        try:
            return self._by_rule(line, record, self._fact(record), at)
        except Puzzling as puzzle:
            return replace(line, problems=(str(puzzle),))

    def _by_rule(self, line: Line, record: Record, fact: FactRule, at: datetime) -> Line:
        rule = fact.rule or self._meaning(record, fact.word or "", fact.after)
        if rule.step == "ignored":
            return replace(line, ignored="facts and words that the mapping ignores")
        step = self._step(line.number, record, at, rule, fact.fields)
        if rule.step == "submitted":
            line = replace(line, birth=step)
        else:
            line = replace(line, steps=(step,))
        if fact.then is None:
            return line
        try:
            then = self._meaning(record, fact.then)
            if then.step in ("submitted", "ignored"):
                return line
            after = self._step(line.number, record, at, then, fact.fields)
            return replace(line, steps=(*line.steps, after))
        except Puzzling as puzzle:
            return replace(line, problems=(str(puzzle),))

    def _moment(self, record: Record) -> datetime:
        found, name = first_filled(record, self.history.fields["at"])
        try:
            at = self.parse(found)
        except ValueError:
            raise Puzzling(
                f"the field '{name}' holds no moment; the mapping expects {self.formats}"
            ) from None
        if self.now is not None and at > self.now:
            raise Puzzling(f"the field '{name}' lies in the future, by this machine's clock")
        return at

    def _fact(self, record: Record) -> FactRule:
        if self.history.fact is None:
            return self.history.line or FactRule()
        name = word(look_up(record, self.history.fact), self.history.fact)
        rule = self.history.facts.get(plain(name))
        meaning = "not understood" if rule is None else rule.rule.step if rule.rule else ""
        if meaning:
            self.tally.words[self.history.fact, shown(name), meaning] += 1
        if rule is None:
            raise Puzzling(f"the fact '{shown(name)}' is not in [history.facts]")
        return rule

    def _meaning(self, record: Record, field: str, after: str | None = None) -> Rule:
        name = word(look_up(record, field), field)
        words = self.history.words[field]
        if after and isinstance(before := look_up(record, after), str):
            behind = f"{before} > {name}"
            name = behind if plain(behind) in words else name
        rule = words.get(plain(name))
        meaning = "not understood" if rule is None else _described(rule)
        self.tally.words[field, shown(name), meaning] += 1
        if rule is None:
            raise Puzzling(f"the word '{shown(name)}' is not in [history.words.{field}]")
        return rule

    def _step(
        self,
        line_number: int,
        record: Record,
        at: datetime,
        rule: Rule,
        fields: dict[str, Sources],
    ) -> Step:
        ask = _Asker(record, {**self.history.fields, **fields}, self.history)
        told: dict[str, Any] = {"line": line_number, "at": at, "step": rule.step}
        told |= {"by": ask.person("by"), "outcome": rule.outcome, "to": rule.to}
        if rule.step == "submitted":
            told |= {name: ask.text(name) for name in _TEXTS} | {"authors": ask.people("authors")}
            told |= _short_title(told["title"], told["body"]) | {"language": ask.language()}
        elif rule.step == "reviewers_assigned":
            told["reviewers"] = ask.people("reviewers")
            if not told["reviewers"]:
                raise Puzzling("no reviewer is named")
        else:
            told["reviewer"] = ask.person("reviewer")
            told["reason"] = rule.reason or ask.text("reason")
            told["wake_on"] = self._day(ask) if rule.step == "parked" else None
        _require_lengths(told)
        return Step(**told)

    def _day(self, ask: "_Asker") -> date | None:
        found, field = ask.found("wake_on")
        try:
            return None if found is None else self.parse(found).astimezone(self.zone).date()
        except ValueError:
            raise Puzzling(f"the field '{field}' holds no date") from None

    def _count_unread(self, record: Record) -> None:
        self.tally.unread.update(name for name in record if name not in self.known)


class _Asker:
    """Asks one record for the fields of a step."""

    def __init__(self, record: Record, fields: dict[str, Sources], history: History) -> None:
        self.record, self.fields, self.history = record, fields, history

    def found(self, name: str) -> tuple[Any, str]:
        return first_filled(self.record, self.fields.get(name, ()))

    def text(self, name: str) -> str | None:
        return word(*self.found(name)) or self.history.defaults.get(name)

    def person(self, name: str) -> str | None:
        found, field = self.found(name)
        return None if found is None else person(found, field)

    def people(self, name: str) -> tuple[str, ...]:
        found, field = self.found(name)
        return people(found, field, self.history.separator)

    def language(self) -> str | None:
        found = self.text("language")
        if found is not None and found.lower() not in LANGUAGES:
            raise Puzzling(f"the language '{shown(found)}' is none of {', '.join(LANGUAGES)}")
        return found and found.lower()


def _short_title(title: str | None, body: str | None) -> dict[str, str | None]:
    """Move a title that is too long into the body: nothing of it is lost."""
    longest = LONGEST["title"]
    if title is None or len(title) <= longest:
        return {}
    whole = f"{title}\n\n{body}" if body else title
    return {"title": f"{title[: longest - 1]}…", "body": whole}


def _require_lengths(told: dict[str, Any]) -> None:
    for name, longest in LONGEST.items():
        if len(told.get(name) or "") > longest:
            raise Puzzling(f"the {name} is longer than {longest:,} characters")


def _described(rule: Rule) -> str:
    fixed = [text for text in (rule.reason, rule.outcome, rule.to) if text]
    return f"{rule.step} ({', '.join(fixed)})" if fixed else rule.step


def _fields_read(history: History) -> frozenset[str]:
    """Return the fields of the file that some rule reads."""
    rules = [*history.facts.values(), *([history.line] if history.line else [])]
    tables = [history.fields, *(rule.fields for rule in rules)]
    names = {name for table in tables for sources in table.values() for name in sources}
    names |= {name for rule in rules for name in (rule.word, rule.then, rule.after) if name}
    names |= {history.fact} if history.fact else set()
    return frozenset(names | {name.partition(".")[0] for name in names})
