"""Which days the house works: as the services are told, by KIEM_COUNTRY and KIEM_ZONE."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from cli.failures import Failure
from cli.settings import Settings
from cli.truth import Working


def working(settings: Settings) -> Working:
    """Return the house's calendar; raises Failure where nobody knows its country or zone."""
    try:
        days = holidays.country_holidays(settings.country)
        return Working(ZoneInfo(settings.zone), lambda day: bool(days.is_working_day(day)))
    except (NotImplementedError, ZoneInfoNotFoundError, ValueError):
        raise Failure(
            f"KIEM_COUNTRY ({settings.country}) or KIEM_ZONE ({settings.zone}) is not known."
            " Give what the services have, such as NL and Europe/Amsterdam."
        ) from None
