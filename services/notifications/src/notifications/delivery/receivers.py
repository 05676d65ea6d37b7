"""The body of a webhook, in the form that its receiver reads: one template for each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from contracts.vocabulary import PersonId
from notifications.domain.subjects import Subject

Receiver = Literal["standard", "slack", "teams", "sms"]
LONGEST_TEXT = 3_000  # what Slack takes in one section
LONGEST_SMS = 300


class Told(Struct, frozen=True, kw_only=True):
    """What is told: facts for programs, and words where the channel is the person's own."""

    notice: str
    kind: str
    owed: bool
    about: Subject
    person: PersonId
    at: datetime
    title: str
    text: str | None = None
    link: str | None = None
    see: str = ""
    to: str | None = None


def body(receiver: Receiver, told: Told) -> bytes:
    """Return the body of a message as JSON."""
    return msgspec.json.encode(_TEMPLATES[receiver](told))


def _standard(told: Told) -> dict[str, Any]:
    data = {
        "notice": told.notice, "kind": told.kind, "owed": told.owed, "person": told.person,
        "matter": told.about.matter, "subject": told.about.id, "idea": told.about.idea,
        "title": told.title, "text": told.text, "link": told.link,
    }  # fmt: skip
    return {
        "type": f"notice.{told.kind}",
        "timestamp": told.at,
        "data": {name: value for name, value in data.items() if value is not None},
    }


def _slack(told: Told) -> dict[str, Any]:
    """Return a message of Slack: as plain text, so that nobody's words can mention everybody."""
    text = _short(told.text or told.title, LONGEST_TEXT)
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}
    ]
    if told.link:
        words = {"type": "plain_text", "text": told.see, "emoji": False}
        button = {"type": "button", "text": words, "url": told.link}
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": _escaped(told.title), "blocks": blocks}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(told: Told) -> dict[str, Any]:
    """Return an adaptive card, as the workflow "when a webhook request is received" posts it."""
    content: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_line(told.title, weight="bolder")]
        + ([_line(_short(told.text, LONGEST_TEXT))] if told.text else []),
    }
    if told.link:
        content["actions"] = [{"type": "Action.OpenUrl", "title": told.see, "url": told.link}]
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"type": "message", "attachments": [card]}


def _line(text: str, **more: str) -> dict[str, Any]:
    run = {"type": "TextRun", "text": text} | more
    return {"type": "RichTextBlock", "inlines": [run]}  # which reads no markdown in it


def _sms(told: Told) -> dict[str, Any]:
    """Return a short message: the news and where to read it; never the whole letter."""
    room = LONGEST_SMS - (len(told.link) + 1 if told.link else 0)
    text = _short(told.title, max(room, 40))
    return {"to": told.to or told.person, "text": f"{text} {told.link}" if told.link else text}


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


_TEMPLATES: Mapping[Receiver, Callable[[Told], dict[str, Any]]] = {
    "standard": _standard, "slack": _slack, "teams": _teams, "sms": _sms,
}  # fmt: skip
