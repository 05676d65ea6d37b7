"""Days and numbers as people say them, in their language."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

_THIS_YEAR = {"nl": "EEEE d MMMM", "en": "EEEE d MMMM"}
_OTHER_YEAR = {"nl": "d MMMM y", "en": "d MMMM y"}
_WEEK = 7
_WEEK_OF = {"nl": "week van {}", "en": "week of {}"}
_MOMENT = {"nl": "d MMMM y 'om' HH:mm", "en": "d MMMM y 'at' HH:mm"}


class Days:
    """Says when something is, in one language and one zone."""

    def __init__(self, language: str, zone: ZoneInfo, now: datetime) -> None:
        self.language, self.zone = language, zone
        self.today = now.astimezone(zone).date()

    def day_of(self, told: str | datetime | date) -> date:
        if isinstance(told, str):
            told = datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)
        return told.astimezone(self.zone).date() if isinstance(told, datetime) else told

    def day(self, told: str | datetime | date | None) -> str:
        """Return `Tuesday 22 December`, and in another year `22 December 2025`."""
        if told is None:
            return ""
        which = self.day_of(told)
        pattern = _THIS_YEAR if which.year == self.today.year else _OTHER_YEAR
        return format_date(which, pattern[self.language], locale=self.language)

    def short(self, told: str | datetime | date) -> str:
        return format_date(self.day_of(told), "d MMM y", locale=self.language)

    def before(self, told: str | date) -> date:
        """Return the last day of a period that ends before this one."""
        return self.day_of(told) - timedelta(days=1)

    def month(self, told: str | date) -> str:
        return format_date(self.day_of(told), "MMMM y", locale=self.language)

    def span(self, since: date, until: date) -> str:
        """Return `March 2026`, or `week of 2 March 2026` where it is no month."""
        if (until - since).days != _WEEK:
            return self.month(since)
        return _WEEK_OF[self.language].format(
            format_date(since, _OTHER_YEAR[self.language], locale=self.language)
        )

    def moment(self, told: str) -> str:
        when = datetime.fromisoformat(told).astimezone(self.zone)
        return format_datetime(when, _MOMENT[self.language], locale=self.language)

    def left(self, told: str | datetime | date) -> int:
        """Return how many days are left: none today, fewer than none when it is over."""
        return (self.day_of(told) - self.today).days


def number(value: float, unit: str, language: str) -> str:
    """Return a number as people write it: shares in per cent, the rest with few decimals."""
    if unit == "share":
        return format_percent(value, "#,##0.#%", locale=language)
    pattern = "#,##0" if float(value).is_integer() or abs(value) >= 100 else "#,##0.#"  # noqa: PLR2004
    return format_decimal(value, pattern, locale=language)
