"""Working days of a country: what is one, and when the n-th from now ends."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import holidays

from chassis.settings import SettingsWrong

CLOSES = time(17)


class Calendar:
    """Counts in local days, answers in UTC: a day of 23 or 25 hours is one day."""

    def __init__(self, country: str, zone: ZoneInfo) -> None:
        try:
            self._holidays = holidays.country_holidays(country)
        except NotImplementedError:
            raise SettingsWrong(
                f"KIEM_COUNTRY: the holidays of {country!r} are not known; "
                "give a two-letter code such as NL"
            ) from None
        self._zone = zone

    def is_working_day(self, day: date) -> bool:
        return bool(self._holidays.is_working_day(day))

    def local_date(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def end_of(self, day: date) -> datetime:
        """Return 17:00 local time of a day, as a UTC instant."""
        return datetime.combine(day, CLOSES, self._zone).astimezone(UTC)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return 17:00 local time of the n-th working day after (before, if negative) `start`'s.

        Zero is the end of the day itself, or of the next working day where it is none.
        """
        return self.end_of(self._holidays.get_nth_working_day(self.local_date(start), days))
