"""From what a request brought to events, or to the sentence that says why one is not taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec
from fastapi import Response

from chassis.consuming import Heard
from chassis.http import problem
from contracts import cloudevents, structured
from contracts.envelope import Unreadable
from contracts.outside import USAGE_TOPIC
from metrics.domain.admission import NOT_YOURS, Admission
from metrics.projections.rejected import source_of

BATCH = "application/cloudevents-batch+json"
SINGLE = structured.STRUCTURED
MOST_EVENTS = 1000
OTHER_TYPE = (
    "its type is none that is counted here: send kiem.usage.ToolUsageRecorded.v1, or"
    " kiem.usage.ToolUsageReported.v1 for ready counts"
)

_STRUCTURED = [("content-type", structured.STRUCTURED.encode())]
_items = msgspec.json.Decoder(list[msgspec.Raw])


class Told(NamedTuple):
    """An event as it came, in the form that Kafka has: headers and value."""

    headers: Sequence[tuple[str, bytes | None]]
    value: bytes


@dataclass(frozen=True)
class Judged:
    """An event that is taken, or why it is not; `kept`: it may be tried again by an operator."""

    told: Told
    heard: Heard | None = None
    reason: str | None = None
    kept: bool = False


@dataclass(frozen=True)
class Validator:
    """Judges events; `refusal` is what judges those of Kafka too, `of_any_age` all but the age."""

    admission: Admission
    refusal: Callable[[Heard, int], str | None]
    of_any_age: Callable[[Heard, int], str | None]

    def judge(self, told: Told, client: str, *, imported: bool) -> Judged:
        """Judge one event that a client brings; nothing of it is quoted."""
        try:
            event = cloudevents.read(told.headers, told.value)
            heard = cloudevents.decode(event, USAGE_TOPIC)
        except Unreadable as error:
            source = source_of(told.headers, told.value)
            ours = source is not None and self.admission.holds(client, source)
            return Judged(told, reason=error.reason, kept=ours and not imported)
        if not self.admission.holds(client, event.attributes["source"]):
            return Judged(told, reason=NOT_YOURS)
        if heard is None:
            return Judged(told, reason=OTHER_TYPE)
        judge = self.of_any_age if imported else self.refusal
        if reason := judge(heard, len(told.value)):
            return Judged(told, reason=reason, kept=not imported)
        return Judged(told, heard)


def batch(sent: bytes) -> Sequence[Told] | Response:
    """Return the events of a batch, or the refusal of it as a whole."""
    try:
        items = _items.decode(sent)
    except (msgspec.DecodeError, RecursionError):
        return problem(400, "MalformedJson", "The body is no JSON array of CloudEvents.")
    if len(items) > MOST_EVENTS:
        return problem(413, "TooManyEvents", f"Send at most {MOST_EVENTS} events at once.")
    return [Told(_STRUCTURED, bytes(item)) for item in items]


def single(sent: bytes, media: str, headers: Sequence[tuple[bytes, bytes]]) -> Told | Response:
    """Return the one event of a request, in structured or in binary mode.

    In headers of HTTP a CloudEvent is percent-encoded, in those of Kafka it is not.
    """
    if media == SINGLE:
        return Told(_STRUCTURED, sent)
    found = [(k.decode("latin-1").lower(), v) for k, v in headers]
    said = [("ce_" + k[3:], unquote_to_bytes(v)) for k, v in found if k.startswith("ce-")]
    if not said:
        why = f"Send a CloudEvent: {SINGLE}, {BATCH}, or its attributes as headers ce-…."
        return problem(415, "NoCloudEvent", why)
    plain = [(k, v) for k, v in found if k in ("content-type", "traceparent")]
    return Told([*said, *plain], sent)
