"""Moments, as an organisation writes them."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from history.mapping.model import Moments

Parse = Callable[[object], datetime]
_EARLIEST, _LATEST = 1970, 2200


def moment_parser(moments: Moments) -> Parse:
    """Return a function that reads a moment into UTC; it raises ValueError."""
    zone = ZoneInfo(moments.zone)

    def parse(written: object) -> datetime:
        for one in moments.formats:
            try:
                found = _parsed(written, one, zone)
            except (ValueError, TypeError, OverflowError, OSError):
                continue
            if _EARLIEST <= found.year <= _LATEST:
                return found
        raise ValueError

    return parse


def _parsed(written: object, form: str, zone: tzinfo) -> datetime:
    if form in ("unix", "unix_ms"):
        if isinstance(written, bool) or not isinstance(written, int | float | str):
            raise TypeError
        return datetime.fromtimestamp(float(written) / (1000 if form == "unix_ms" else 1), UTC)
    if not isinstance(written, str):
        raise TypeError
    text = written.strip()
    found = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
