"""Writes the letter of a notice: plain words in the reader's language, as text and as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from contracts.vocabulary import Language, Matter
from notifications.delivery.phrases import PHRASES, Phrases
from notifications.domain.notices import Kind
from notifications.domain.steps import Outcome

LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Content:
    """All that a letter says. None: not known, withheld or erased; the letter says it without.

    `mine`: the reader is the accountable person; `again`: that person was so before as well;
    `succeeds`: somebody was who is gone, `previous`.
    `own`: it is the reader's matter. `news`: what kind of notice a colleague is to tell of.
    """

    name: str | None = None
    title: str | None = None
    other: str | None = None
    matter: Matter = "idea"
    author: str | None = None
    accountable: str | None = None
    at_the_desk: bool = False
    mine: bool = False
    own: bool = False
    previous: str | None = None
    again: bool = False
    succeeds: bool = False
    due: date | None = None
    outcome: Outcome | None = None
    news: str | None = None
    tool: str | None = None
    asked: str | None = None
    hours: float | None = None
    granted: float | None = None
    reason: str | None = None
    next_step: str | None = None
    questions: tuple[str, ...] = ()
    link: str | None = None
    stop: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: the same letter twice, for readers of text and of HTML."""

    language: Language
    subject: str
    text: str
    html: str


def _start(text: str) -> str:
    """Begin a sentence: Jinja's own `capitalize` would lower the rest of a name."""
    return text[:1].upper() + text[1:]


def _environment(*, html: bool = False, trim: bool = True) -> Environment:
    made = Environment(
        loader=PackageLoader("notifications.delivery", "templates"),
        autoescape=html,  # noqa: S701 - what is not HTML must not be escaped
        undefined=StrictUndefined,
        trim_blocks=trim,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["start"] = _start
    return made


# In what is said, the line of a tag stays as an empty one and so ends a paragraph.
_said, _text, _html = _environment(trim=False), _environment(), _environment(html=True)


def write(kind: Kind, language: Language, content: Content) -> Letter:
    """Write the letter of a notice."""
    phrases = PHRASES[language]
    place = kind if content.matter == "idea" else f"around/{kind}"
    template = _said.get_template(f"{language}/{place}.jinja")
    words = _words(content, phrases)
    subject = _shortened(_one_line(_block(template, "subject", words)))
    layout = {
        "language": language,
        "subject": subject,
        "greeting": f"{phrases.hello} {content.name}" if content.name else phrases.nobody,
        "paragraphs": _paragraphs(_block(template, "body", words)),
        "lists": _lists(content, phrases),
        "link": content.link,
        "see": phrases.see if content.matter in {"idea", "appeal"} else phrases.read,
        "closing": phrases.closing,
        "footer": phrases.footer,
        "stop": content.stop,
        "stop_words": phrases.stop,
    }
    return _rendered(language, subject, layout)


def write_digest(language: Language, name: str | None, letters: list[tuple[Letter, str | None]],
                 stop: str | None, *, owed: bool = False) -> Letter:  # fmt: skip
    """Write one letter of several, each as a line with the place where to read on.

    `owed`: it tells what piled up in an outage, of which not everything can be left alone.
    """
    phrases = PHRASES[language]
    template = _said.get_template(f"{language}/digest.jinja")
    items = [f"{letter.subject}{f' - {link}' if link else ''}" for letter, link in letters]
    subject = _one_line(_block(template, "subject", {"items": items}))
    layout = {
        "language": language,
        "subject": subject,
        "greeting": f"{phrases.hello} {name}" if name else phrases.nobody,
        "paragraphs": _paragraphs(_block(template, "body", {"items": items, "owed": owed})),
        "lists": [(phrases.news, "- ", items)],
        "link": None,
        "see": phrases.see,
        "closing": phrases.closing,
        "footer": phrases.footer,
        "stop": stop,
        "stop_words": phrases.stop,
    }
    return _rendered(language, subject, layout)


def _rendered(language: Language, subject: str, layout: Mapping[str, object]) -> Letter:
    text = _text.get_template("letter.txt.jinja").render(layout)
    html = _html.get_template("letter.html.jinja").render(layout)
    return Letter(language, subject, text, html)


def _words(content: Content, phrases: Phrases) -> dict[str, object]:
    unnamed = phrases.desk if content.at_the_desk else phrases.somebody
    called = phrases.called[content.matter]
    topic = content.tool or content.title
    joined = _one_line(called.about.format(topic)) if topic else ""
    yours = f"{called.yours} {joined}".strip()
    theirs = f"{called.theirs.format(content.author or phrases.somebody)} {joined}".strip()
    report = phrases.report.get(content.matter, "").format(yours if content.own else theirs)
    return {
        "yours": yours,
        "theirs": report or theirs,
        "report": report,
        "tool": content.tool or "",
        "hours": _hours(content.hours, phrases),
        "granted": _hours(content.granted, phrases),
        "in_part": (content.granted or 0) < (content.hours or 0),
        "title": _one_line(content.title or phrases.untitled),
        "other": _one_line(content.other or ""),
        "author": content.author or phrases.somebody,
        "accountable": content.accountable or unnamed,
        "mine": content.mine,
        "again": content.again,
        "succeeds": content.succeeds,
        "previous": content.previous or phrases.somebody,
        "due": format_date(content.due, "EEEE d MMMM y", phrases.locale) if content.due else None,
        "agreed": phrases.agreed,
        "outcome": content.outcome,
        "news": content.news,
        "answered": bool(content.reason),
    }


def _lists(content: Content, phrases: Phrases) -> list[tuple[str, str, list[str]]]:
    """Return what stands below the news, line by line: a label, the mark of a line, the lines."""
    why, label = phrases.why, phrases.next_step.get(content.outcome or "", "")
    if content.matter != "idea":
        why = phrases.answer if content.outcome in {"removed", "answered"} else phrases.why
        label = phrases.instead
    labels = {"tool": phrases.asks, "experiment": phrases.expected}
    found = [
        (phrases.questions, "- ", list(content.questions)),
        (labels.get(content.matter, phrases.asked), "> ", _lines(content.asked)),
        (why, "> ", _lines(content.reason)),
        (label, "> ", _lines(content.next_step)),
    ]
    return [each for each in found if each[0] and each[2]]


def _hours(number: float | None, phrases: Phrases) -> str | None:
    return None if number is None else format_decimal(number, locale=phrases.locale)


def _lines(words: str | None) -> list[str]:
    return [line.strip() for line in (words or "").splitlines() if line.strip()]


def _block(template: Template, name: str, words: dict[str, object]) -> str:
    return "".join(template.blocks[name](template.new_context(words)))


def _paragraphs(body: str) -> list[str]:
    return [_one_line(part) for part in re.split(r"\n\s*\n", body) if part.strip()]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shortened(subject: str) -> str:
    if len(subject) <= LONGEST_SUBJECT:
        return subject
    return subject[: LONGEST_SUBJECT - 1].rstrip() + "…"
