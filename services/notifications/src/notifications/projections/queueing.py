"""How notices enter: into their people's inboxes, and the queues of mails and webhooks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from chassis.database import Tx, columns
from contracts.vocabulary import NoticeId
from notifications.domain.notices import Notice
from notifications.domain.wishes import usual
from notifications.projections.notices import notice

call = sa.table("webhook_call", sa.column("notice", sa.Uuid), sa.column("attempts", sa.Integer))

# As it stands, and for all at once: making the statement anew for every notice took longer than
# sending it, and sending one for each longer than all the rest.
_QUEUE = """
WITH given AS (
    SELECT g.*, now() + g.hold AS first_attempt_at, CASE WHEN EXISTS (
        SELECT FROM outage WHERE released_at IS NULL AND ended_at >= g.since
    ) THEN 'held' ELSE 'waiting' END AS after_outage
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[],
        $8::bool[], $9::timestamptz[], $10::text[], $11::timestamptz[], $12::text[], $13::text[],
        $14::uuid[], $15::interval[], $16::timestamptz[], $17::text[]) WITH ORDINALITY
    AS g(notice, person, kind, subject, matter, idea, cause, owed, at, accountable, due, previous,
        outcome, other, hold, since, usual, n)
), told AS (
INSERT INTO notice (notice, person, kind, subject, matter, idea, cause, owed, at, accountable, due,
    previous, outcome, other, traceparent, next_attempt_at, shown, mail)
SELECT notice, g.person, g.kind, subject, matter, idea, cause, owed, at, accountable, due, previous,
    outcome, other, $18, first_attempt_at, coalesce(p.app, true),
    CASE coalesce(p.mail, g.usual)
        WHEN 'digest' THEN 'digest' WHEN 'off' THEN 'none' ELSE after_outage END
FROM given g LEFT JOIN preference p ON p.person = g.person AND p.kind = g.kind
WHERE g.owed OR NOT EXISTS (SELECT FROM gone WHERE gone.person = g.person) ORDER BY g.n
ON CONFLICT (notice) DO NOTHING RETURNING notice, shown, mail
), called AS (
    INSERT INTO webhook_call (notice, endpoint, next_attempt_at, state)
    SELECT notice, e.endpoint, first_attempt_at,
        CASE WHEN e.reaches THEN after_outage ELSE 'waiting' END
    FROM told JOIN given g USING (notice)
    JOIN endpoint e ON (e.person = g.person OR (e.person IS NULL AND g.person NOT LIKE 'alias-%'))
    LEFT JOIN preference p ON p.person = g.person AND p.kind = g.kind
    WHERE e.stopped IS NULL AND (NOT e.reaches OR coalesce(p.webhook, true))
        AND NOT EXISTS (SELECT FROM gone WHERE gone.person = e.person)
)
SELECT notice, shown, mail FROM told
"""


class Queued(Struct, frozen=True):
    """Where a new notice went, as its person wishes: into the app, and to the mails that wait."""

    shown: bool
    mail: str


async def queue(
    tx: Tx, told: Sequence[Notice], traceparent: str | None, held: Sequence[timedelta],
    since: datetime | None = None,
) -> dict[NoticeId, Queued]:  # fmt: skip
    """Put notices where their persons wish them; those that were told before are left out.

    Who has left is told what they are owed, and nothing more; and nothing at a webhook.
    What it was time to tell before an outage ended is kept back with the others; `since` is when
    that was, where it is not when it happened. `held` is how long the mail of each waits.
    """
    rows = [
        (n.id, n.person, n.kind, n.about.id, n.about.matter, n.about.idea, n.cause, n.owed, n.at,
         n.facts.accountable, n.facts.due, n.facts.previous, n.facts.outcome, n.facts.other, hold,
         since or n.at, usual(n.kind).mail)
        for n, hold in zip(told, held, strict=True)
    ]  # fmt: skip
    found = await tx.raw.fetch(_QUEUE, *columns(rows, 17), traceparent)
    return {NoticeId(row["notice"]): Queued(row["shown"], row["mail"]) for row in found}


async def join_acknowledgement(tx: Tx, told: Notice) -> bool:
    """Let an acknowledgement that nobody has seen or been sent say the later promise as well."""
    joined = await tx.sql.execute(
        sa.update(notice)
        .where(
            notice.c.subject == told.about.id,
            notice.c.person == told.person,
            notice.c.kind == "acknowledgement",
            notice.c.mail.in_(("waiting", "held")),
            notice.c.attempts == 0,
            notice.c.seen_at.is_(None),
            ~sa.exists().where(call.c.notice == notice.c.notice, call.c.attempts > 0),
        )
        .values(accountable=told.facts.accountable, due=told.facts.due)
        .returning(notice.c.notice)
    )
    return joined.first() is not None
