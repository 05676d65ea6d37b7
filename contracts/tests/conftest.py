"""Any event of any declared type, for tests that hold for all of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import singledispatch
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st
from msgspec import inspect

from contracts.catalog import Declared
from contracts.cloudevents import Header, decode, read
from contracts.envelope import Unreadable
from contracts.outside import USAGE_TOPIC
from contracts.vocabulary import Event

HOME = Path(__file__).parents[1]
SECRET = "Anna Jansen"  # stands for what a message may not quote
Refused = Callable[..., str]
Events = Callable[[Declared], st.SearchStrategy[Event]]

# No NUL and no lone surrogate: PostgreSQL stores the one in no text, JSON the other in no string.
TEXT = st.characters(codec="utf-8", exclude_characters="\0")
FIRST, LAST = datetime(1970, 1, 1), datetime(2999, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone


@singledispatch
def values(kind: object) -> st.SearchStrategy[Any]:
    raise NotImplementedError(f"how to make a value of {kind}: say it here")


@values.register
def _(kind: inspect.Metadata) -> st.SearchStrategy[Any]:
    words = (kind.extra_json_schema or {}).get("enum")  # a writer keeps to an open list, too
    return st.sampled_from(words) if words else values(kind.type)


@values.register
def _(kind: inspect.UnionType) -> st.SearchStrategy[Any]:
    return st.one_of([values(one) for one in kind.types])


@values.register
def _(kind: inspect.StrType) -> st.SearchStrategy[str]:
    if kind.pattern:
        return st.from_regex(kind.pattern, fullmatch=True).map(str.strip)
    return st.text(TEXT, min_size=kind.min_length or 0, max_size=min(kind.max_length or 40, 40))


@values.register
def _(kind: inspect.IntType) -> st.SearchStrategy[int]:
    return st.integers(kind.ge if kind.ge is not None else -(2**53), kind.le or 2**53)


@values.register
def _(kind: inspect.FloatType) -> st.SearchStrategy[float]:
    least, more = (kind.ge, False) if kind.gt is None else (kind.gt, True)
    return st.floats(least, kind.le, exclude_min=more, allow_nan=False, allow_infinity=False)


@values.register
def _(kind: inspect.StructType) -> st.SearchStrategy[Any]:
    return st.builds(kind.cls, **{field.name: values(field.type) for field in kind.fields})


@values.register
def _(kind: inspect.VarTupleType) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values(kind.item_type), max_size=3).map(tuple)


@values.register
def _(kind: inspect.DictType) -> st.SearchStrategy[dict[Any, Any]]:
    return st.dictionaries(values(kind.key_type), values(kind.value_type), max_size=3)


@values.register
def _(kind: inspect.LiteralType) -> st.SearchStrategy[Any]:
    return st.sampled_from(kind.values)


@values.register
def _(_: inspect.DateTimeType) -> st.SearchStrategy[datetime]:
    return st.datetimes(FIRST, LAST, timezones=st.just(UTC))


@values.register
def _(_: inspect.DateType) -> st.SearchStrategy[Any]:
    return st.dates()


@values.register
def _(_: inspect.UUIDType) -> st.SearchStrategy[Any]:
    return st.uuids()


@values.register
def _(_: inspect.BoolType) -> st.SearchStrategy[bool]:
    return st.booleans()


@values.register
def _(_: inspect.NoneType) -> st.SearchStrategy[None]:
    return st.none()


def field_values(field: inspect.Field) -> st.SearchStrategy[Any]:
    """A field that is not required and has no default is one that may be UNSET."""
    defaults = (field.default, field.default_factory)
    if not field.required and defaults == (msgspec.NODEFAULT, msgspec.NODEFAULT):
        return st.just(msgspec.UNSET) | values(field.type)
    return values(field.type)


@pytest.fixture(scope="session")
def events() -> Events:
    """A function from a declaration to a strategy for events of it, personal words included."""

    def of(kind: Declared) -> st.SearchStrategy[Event]:
        info = inspect.type_info(kind.event)
        assert isinstance(info, inspect.StructType)
        return st.builds(kind.event, **{field.name: field_values(field) for field in info.fields})

    return of


@pytest.fixture(scope="session")
def refused() -> Refused:
    """A function that reads what must be refused, and returns the reason, which quotes nothing."""

    def reason(headers: list[Header], value: bytes | None, topic: str = USAGE_TOPIC) -> str:
        with pytest.raises(Unreadable) as refusal:
            decode(read(headers, value), topic)
        assert SECRET not in refusal.value.reason
        assert refusal.value.__cause__ is None
        assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
        return refusal.value.reason

    return reason


@pytest.fixture(scope="session")
def home() -> Path:
    """The folder of the contracts."""
    return HOME
