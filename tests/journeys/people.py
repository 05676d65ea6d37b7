"""Who comes to live in the house beside a cast: a nurse without mail, a deputy, a colleague."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from contracts import outside
from contracts.vocabulary import PersonId
from tests.journeys.house import Cast, House, until

KNOWS = {"feedback": "person_v1", "ideas": "person_v1", "notifications": "person"}


async def joins(
    house: House, cast: Cast, name: str, *roles: str, deputy: str | None = None,
    person: str | None = None, lead: str | None = None, mail: bool = True,
) -> str:  # fmt: skip
    """List somebody in the department of a cast (again), and wait until all services know."""
    who = person or f"{name.lower()}-{cast.department.partition('-')[2]}"
    listed = outside.PersonListed(
        at=datetime.now(UTC), person=PersonId(who), department=cast.department,
        lead=PersonId(lead or cast.lead), deputy=PersonId(deputy) if deputy else None,
        roles=("employee", *roles),
    )  # fmt: skip
    await house.publish(outside.PEOPLE_TOPIC, [listed])
    contact = {"name": f"{name} Jansen", "language": "nl"}
    contact |= {"mail": cast.address(who)} if mail else {}
    path = f"/v1/people/{who}/contact"
    await house.done("notifications", path, contact, "op", "operator", method="PUT")

    async def look() -> bool:
        for service, table in KNOWS.items():
            sql = f"SELECT 1 FROM {table} WHERE person = $1 AND listed_at >= $2"  # noqa: S608
            if not await house.rows(service, sql, who, listed.at):
                return False
        return True

    await until(f"every service knows {who}", look)
    return who


async def are_listed(house: House, cast: Cast, persons: Sequence[str]) -> None:
    """List many in the department of a cast, and wait until ideas, which they act in, knows."""
    at = datetime.now(UTC)
    listed = [
        outside.PersonListed(
            at=at, person=PersonId(who), department=cast.department, lead=PersonId(cast.lead),
            roles=("employee",),
        )
        for who in persons
    ]  # fmt: skip
    await house.publish(outside.PEOPLE_TOPIC, listed)

    async def look() -> bool:
        sql = "SELECT 1 FROM person_v1 WHERE person = ANY($1) AND listed_at IS NOT NULL"
        return len(await house.rows("ideas", sql, list(persons))) == len(persons)

    await until("ideas knows everybody who takes part", look)


async def is_away(house: House, person: str, first: date, last: date) -> None:
    """Tell that somebody will be away, and wait until everybody who asks for it knows."""
    now = datetime.now(UTC)
    told = outside.AbsencePlanned(at=now, person=PersonId(person), first=first, last=last)
    await house.publish(outside.PEOPLE_TOPIC, [told])

    async def look() -> bool:
        sql = "SELECT 1 FROM absence WHERE person = $1 AND last = $2"
        return bool(await house.rows("notifications", sql, person, last))

    await until(f"it is known that {person} is away", look)
