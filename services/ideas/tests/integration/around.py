"""What the tests of matters around ideas share: people, and lists that have seen what happened."""

from typing import Any

from contracts.outside import PersonListed
from contracts.vocabulary import PersonId
from ideas.projections import hours, matters, talks
from services.ideas.tests.house import House

BO, CAS, LEAD, DESK = "bo:employee", "cas:employee", "lia:lead", "eva:desk"


async def seen(house: House, stream: str) -> None:
    """Let the lists take in what happened to a matter."""
    recorded = await house.parts.store.load(stream)
    async with house.parts.db.transaction() as tx:
        for projection in (matters.PROJECTION, talks.PROJECTION, hours.PROJECTION):
            await projection.apply(tx, recorded)


async def made(house: House, path: str, body: Any, who: str = "anna:employee") -> str:
    answer = await house.post(path, body, who)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["matter"])


async def led(house: House, person: str, lead: str) -> None:
    now = house.parts.clock.now()
    for who, whose in ((lead, None), (person, lead)):
        listed = PersonListed(
            person=PersonId(who), department="zorg", lead=PersonId(whose) if whose else None, at=now
        )
        await house.hear(listed)
