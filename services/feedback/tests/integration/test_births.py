"""A feedback that has been hearing for a while learns whose its ideas are from its journal."""

import importlib.resources
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from contracts.vocabulary import IdeaId
from feedback.projections.authors import Birth, find_birth
from local.databases import Addresses
from services.feedback.tests.house import House, submitted
from services.feedback.tests.stories import BEA

pytestmark = pytest.mark.integration

_JOURNAL = """
INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, stream, version,
    occurred_at, recorded_at, data)
VALUES ('c', 'kiem.ideas.events', 0, $1, $2, 'kiem/ideas', $3, $4, 's', 1, now(), now(), $5)
"""


async def test_births_that_were_heard_before_the_table_was_there_are_in_it(
    house: House, database: Addresses
) -> None:
    born, bare = submitted(), submitted(co_authors=(), department=None)
    for number, event in enumerate((born, bare)):
        heard = house.heard(event)
        await house.parts.db.pool.execute(
            _JOURNAL, number, heard.id, heard.type, heard.key, msgspec.json.encode(event).decode()
        )
    versions = importlib.resources.files("feedback") / "migrations" / "versions"
    names: dict[str, str] = {}
    exec((versions / "0003_births.py").read_text("utf-8"), names)  # noqa: S102 - our own migration
    owner = await asyncpg.connect(database.migration_url.replace("+asyncpg", ""), ssl=False)
    await owner.execute("DROP TABLE idea_birth_v1")
    await owner.execute(names["SQL"])
    later = (
        "challenge uuid, ADD COLUMN told_at timestamptz, ADD COLUMN way text DEFAULT 'named', "
        "ADD COLUMN decision_days int"
    )
    await owner.execute(f"ALTER TABLE idea_birth_v1 ADD COLUMN {later}")
    rows = await owner.fetch("SELECT idea FROM idea_birth_v1")
    await owner.execute("GRANT ALL ON idea_birth_v1 TO PUBLIC")
    await owner.close()
    assert {row["idea"] for row in rows} == {born.idea, bare.idea}
    async with house.parts.db.transaction() as tx:
        assert await find_birth(tx, born.idea) == Birth((BEA,), "sales", None)
        assert await find_birth(tx, bare.idea) == Birth((), None, None)
        assert await find_birth(tx, IdeaId(uuid4())) is None
