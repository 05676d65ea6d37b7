"""Any bytes at all on a topic: read or refused in words, and never another error."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.cloudevents import Header, decode, read
from contracts.envelope import Unreadable
from contracts.feedback import TOPIC
from contracts.outside import USAGE_TOPIC
from contracts.structured import STRUCTURED

USED = "kiem.usage.ToolUsageRecorded.v1"
REVIEWED = "kiem.feedback.ReviewCompleted.v1"
FIELDS = ["at", "person", "tool", "feature", "idea", "outcome", "data", "marks", "x"]
WHOLE = {"specversion": "1.0", "id": "1", "source": "s", "type": USED}
HEADERS: list[Header] = [(f"ce_{name}", text.encode()) for name, text in WHOLE.items()]
AS_STRUCTURED: list[Header] = [("content-type", STRUCTURED.encode())]

RAW_HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["content-type", "ce_id", "ce_type", "ce_source", "ce_specversion",
                         "ce_subject", "ce_sequence", "ce_recordedtime", "traceparent"])
        | st.text(max_size=8),
        st.none() | st.binary(max_size=12)
        | st.sampled_from([b"1.0", USED.encode(), REVIEWED.encode(), STRUCTURED.encode()]),
    ),
    max_size=8,
)  # fmt: skip
RAW_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5)
    ),
    max_leaves=10,
).map(msgspec.json.encode)
VALUES = st.none() | st.binary(max_size=60) | RAW_JSON | RAW_JSON.map(lambda json: json[:-1])


@settings(max_examples=400)
@given(RAW_HEADERS, VALUES, st.sampled_from([[], HEADERS, AS_STRUCTURED]))
def test_whatever_arrives_is_read_or_refused_in_words(
    extra: list[Header], value: bytes | None, headers: list[Header]
) -> None:
    try:
        for topic in (USAGE_TOPIC, TOPIC):
            decode(read([*headers, *extra], value), topic)
    except Unreadable as refusal:
        assert refusal.reason.isprintable()  # noqa: PT017 - either outcome is right


@settings(max_examples=300)
@given(st.data())
def test_a_structured_event_of_any_shape_is_read_or_refused(data: st.DataObject) -> None:
    names = [*WHOLE, "data", "subject", "time", "data_base64", "ext"]
    parts = data.draw(st.dictionaries(st.sampled_from(names), RAW_JSON.map(msgspec.Raw)))
    try:
        decode(read(AS_STRUCTURED, msgspec.json.encode({**WHOLE, **parts})), USAGE_TOPIC)
    except Unreadable as refusal:
        assert refusal.reason  # noqa: PT017 - either outcome is right
