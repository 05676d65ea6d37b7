"""What each person wished about notices; who wished nothing has no row."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import Tx
from contracts.vocabulary import PersonId
from notifications.domain.notices import OPTIONAL
from notifications.domain.wishes import Wish, usual
from notifications.projections import notices
from notifications.projections.directory import metadata
from notifications.projections.notices import ON_THE_WAY, notice

preference = sa.Table(
    "preference",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("app", sa.Boolean),
    sa.Column("mail", sa.Text),
    sa.Column("webhook", sa.Boolean),
    sa.Column("changed_at", sa.DateTime(timezone=True)),
)


async def of_person(db: AsyncConnection, person: PersonId) -> dict[str, Wish]:
    """Return what a person wished, by kind."""
    found = await db.execute(sa.select(preference).where(preference.c.person == person))
    return {row.kind: Wish(row.kind, row.app, row.mail, row.webhook) for row in found}


async def keep(tx: Tx, person: PersonId, wish: Wish, at: datetime) -> None:
    """Keep a wish; optional mails that wait are not sent any more once they are not wanted."""
    values = {
        "app": wish.app, "mail": wish.mail, "webhook": wish.webhook, "changed_at": at,
    }  # fmt: skip
    new = insert(preference).values(person=person, kind=wish.kind, **values)
    await tx.sql.execute(new.on_conflict_do_update(index_elements=["person", "kind"], set_=values))
    if wish.mail == "off" and not wish.owed:
        waiting = notice.c.mail.in_(ON_THE_WAY)
        mine = sa.and_(notice.c.person == person, notice.c.kind == wish.kind, waiting)
        # A mail that somebody is sending is past being stopped.
        await tx.sql.execute(
            sa.update(notice).where(mine, notice.c.lease_until.is_(None)).values(mail="none")
        )
        await notices.go_on(tx, person)


async def stop(tx: Tx, token: UUID, at: datetime) -> bool:
    """Stop the optional mails that a link was sent with; False where there is no such link."""
    row = (await tx.sql.execute(sa.select(notice).where(notice.c.token == token))).one_or_none()
    if row is None or row.owed:
        return False
    kinds = OPTIONAL if row.batch is not None else {row.kind}
    told = await of_person(tx.sql, row.person)
    for kind in sorted(kinds):
        await keep(tx, row.person, replace(told.get(kind, usual(kind)), mail="off"), at)
    return True


async def forget(tx: Tx, person: PersonId) -> None:
    """Forget what a person wished who was erased."""
    await tx.sql.execute(sa.delete(preference).where(preference.c.person == person))
