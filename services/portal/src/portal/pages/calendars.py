"""The calendar that promises are counted in: working days, holidays, and a day counted ahead."""

from datetime import UTC, date, datetime, time
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo

import holidays
from fastapi import APIRouter, Query
from starlette.responses import Response

from chassis.calendar import Calendar
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/desk/calendar")
FIRST, LAST, MOST_DAYS, MONTHS = 2000, 2100, 250, 12
READERS = ("desk", "hr", "lead", "director")


@router.get("")
async def calendar(
    visit: Somebody,
    year: Annotated[int | None, Query(ge=FIRST, le=LAST)] = None,
    day: date | None = None,
    count: Annotated[int, Query(ge=0, le=MOST_DAYS)] = 10,
) -> Response:
    """Show a year, and which day is so many working days after another."""
    visit.require(*READERS)
    days, shown = of_the_house(visit), year or visit.days.today.year
    begins = day or visit.days.today
    if not FIRST <= begins.year <= LAST:
        begins = visit.days.today
    counted = days.add_working_days(datetime.combine(begins, time(12), UTC), count)
    return visit.page(
        "calendar.html", year=shown, first=FIRST, last=LAST, begins=begins, count=count,
        most=MOST_DAYS, counted=days.local_date(counted), working=working_days(days, shown),
        holidays=public_holidays(visit.house.settings.country, shown, visit.words.language),
        country=visit.house.settings.country, zone=str(visit.house.settings.zone),
    )  # fmt: skip


def of_the_house(visit: Visit) -> Calendar:
    settings = visit.house.settings
    return _calendar(settings.country, str(settings.zone))


@cache
def _calendar(country: str, zone: str) -> Calendar:
    return Calendar(country, ZoneInfo(zone))


def public_holidays(country: str, year: int, language: str) -> dict[date, str]:
    """Return the holidays of a year with their names, in the language where it has them."""
    known = holidays.country_holidays(country).supported_languages
    # Where names are known in one kind of English, that kind is meant.
    chosen = next((each for each in known if each.partition("_")[0] == language), None)
    found = holidays.country_holidays(country, years=year, language=chosen)
    return dict(sorted(found.items()))


def working_days(days: Calendar, year: int) -> list[tuple[date, int]]:
    """Return each month's first day, and how many of its days are worked."""
    found = [(date(year, month, 1), 0) for month in range(1, MONTHS + 1)]
    for ordinal in range(date(year, 1, 1).toordinal(), date(year, MONTHS, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        first, count = found[day.month - 1]
        found[day.month - 1] = (first, count + days.is_working_day(day))
    return found
