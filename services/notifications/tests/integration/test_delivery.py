"""Mails from the durable queue to a real mail server, through everything that can be away."""

import pytest

from contracts.feedback import ReviewerAssigned
from contracts.ideas import IdeaRealised, IdeaSubmitted
from contracts.notifications import NoticeDelivered, NoticeFailed
from contracts.vocabulary import IdeaId
from services.notifications.tests.house import House
from services.notifications.tests.integration.mailing import ANNA, DESK, RIK, declined, told

pytestmark = pytest.mark.integration


async def test_a_notice_is_in_the_app_at_once_and_in_the_mail_with_the_servers_proof(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await declined(house, idea)
    notice, events = await told(house)
    assert [(e.channel, e.proof) for e in events] == [("in_app", "inbox")]
    assert await house.send_all() == 1
    notice, events = await told(house)
    assert notice["mail"] == "delivered"
    mailed = events[-1]
    assert isinstance(mailed, NoticeDelivered)
    assert (mailed.channel, mailed.proof) == ("mail", "250 2.0.0 Ok: queued as 4Zk for …")
    assert (mailed.idea, mailed.person, mailed.kind, mailed.owed) == (idea, ANNA, "decision", True)
    (mail,) = house.office.got
    assert mail["To"] == "Anna de Wit <anna@example.org>"
    assert mail["Message-ID"] == f"<{notice['notice']}@example.org>"
    assert house.neighbours.asked == [f"{idea} for anna"] * 2
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Fietsen naar de klant" in text
    assert f"https://kiem.example/ideas/{idea}" in text


async def test_the_letter_names_people_and_quotes_the_answer_in_the_readers_language(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit", "en")
    house.neighbours.review = {
        "idea": str(idea),
        "outcome": "declined",
        "reason": "Te duur op dit moment.",
        "next_step": "Een leasecontract zou het een ja maken.",
        "marks": {"value": "met"},
    }
    await declined(house, idea)
    await house.send_all()
    (mail,) = house.office.got
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Hello Anna de Wit," in text
    assert "> Te duur op dit moment." in text
    assert "What would make it a yes" in text


async def test_an_answer_with_another_outcome_is_not_quoted(house: House, idea: IdeaId) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    house.neighbours.review = {"outcome": "accepted", "reason": "Toch wel."}
    await declined(house, idea)
    await house.send_all()
    body = house.office.got[0].get_body(("plain",))
    assert body is not None
    assert "Toch wel" not in body.get_content()


async def test_who_has_no_address_is_told_in_the_app_alone(house: House, idea: IdeaId) -> None:
    await declined(house, idea)
    await house.send_all()
    notice, events = await told(house)
    assert notice["mail"] == "none"
    assert [e.channel for e in events] == ["in_app"]
    assert house.neighbours.asked == []


@pytest.mark.parametrize("status", [500, 503, 404])
async def test_an_owner_that_is_away_delays_the_mail_and_loses_nothing(
    house: House, idea: IdeaId, status: int
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    house.neighbours.status = status
    await declined(house, idea)
    await house.send_all()
    notice, _ = await told(house)
    assert (notice["mail"], house.office.got) == ("waiting", [])
    assert notice["last_cause"].startswith("no words: ")
    assert notice["lease_until"] is None
    house.neighbours.status = 200
    assert await house.send_all() == 0, "not before it is time"
    await house.hurry()
    assert await house.send_all() == 1
    assert (await told(house))[0]["mail"] == "delivered"


async def test_an_owner_that_is_away_for_long_never_costs_a_mail_its_life(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    house.neighbours.status = 503
    await declined(house, idea)
    for _ in range(10):
        await house.hurry()
        await house.send_all()
    notice, _ = await told(house)
    assert (notice["mail"], notice["attempts"], notice["refusals"]) == ("waiting", 10, 0)


async def test_a_mail_that_is_refused_for_now_is_tried_again_and_then_given_up(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    house.office.rcpt = "451 4.7.1 later, anna@example.org"
    await declined(house, idea)
    for refusals in (1, 2):
        await house.hurry()
        await house.send_all()
        notice, events = await told(house)
        assert (notice["mail"], notice["refusals"]) == ("waiting", refusals)
        assert len(events) == 1
    await house.hurry()
    await house.send_all()
    notice, events = await told(house)
    assert notice["mail"] == "failed"
    failed = events[-1]
    assert isinstance(failed, NoticeFailed)
    assert (failed.channel, failed.cause, failed.attempts) == ("mail", "451 4.7.1", 3)


async def test_an_address_that_does_not_exist_fails_at_once_and_the_app_has_the_notice(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    house.office.rcpt = "550 5.1.1 <anna@example.org>: no such user"
    await declined(house, idea)
    await house.send_all()
    notice, events = await told(house)
    assert notice["mail"] == "failed"
    assert [(type(e).__name__, e.channel) for e in events] == [
        ("NoticeDelivered", "in_app"),
        ("NoticeFailed", "mail"),
    ]
    assert "anna" not in events[-1].cause


async def test_an_optional_mail_can_be_unsubscribed_from(house: House, idea: IdeaId) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    at = await house.now()
    await house.hear(IdeaRealised(idea=idea, author=ANNA, by=RIK, at=at))
    await house.send_all()
    (mail,) = house.office.got
    assert mail["List-Unsubscribe"].strip().startswith("<https://notices.example/v1/unsubscribe/")


async def test_no_words_of_people_are_left_in_the_tables(house: House, idea: IdeaId) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await declined(house, idea)
    await house.send_all()
    for table in ("notice", "loop", "event", "contact", "command_log"):
        rows = await house.parts.db.pool.fetch(f"SELECT t::text AS line FROM {table} t")  # noqa: S608
        lines = " ".join(row["line"] for row in rows)
        for words in ("Anna de Wit", "anna@example.org", "Fietsen"):
            assert words not in lines
            assert words.encode().hex() not in lines


async def test_a_notice_that_can_not_be_written_ends_alone_and_stops_no_other(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await house.introduce(RIK, "Rik Jansen")
    await house.parts.db.pool.execute(
        "UPDATE contact SET sealed = decode(repeat('00', 40), 'hex') WHERE person = 'anna'"
    )
    at = await house.now()
    await declined(house, idea)
    assigned = ReviewerAssigned(idea=idea, author=ANNA, reviewer=RIK, due=at, at=at)
    await house.hear(assigned)
    house.neighbours.words["author"] = None
    for _ in range(3):
        await house.hurry()
        await house.send_all()
    assert [(n["person"], n["mail"], n["last_cause"]) for n in await house.notices()] == [
        (ANNA, "failed", "fault: InvalidTag"),
        (RIK, "delivered", None),
    ]


async def test_an_acknowledgement_waits_for_the_reviewers_name_and_then_has_it(
    house: House, idea: IdeaId
) -> None:
    await house.introduce(ANNA, "Anna de Wit")
    await house.introduce(RIK, "Rik Jansen")
    at = await house.now()
    due = house.parts.calendar.add_working_days(at, 5)
    await house.hear(IdeaSubmitted(idea=idea, author=ANNA, accountable=DESK, due=due, at=at))
    await house.parts.db.pool.execute("UPDATE notice SET accountable = 'rik'")
    await house.send_all()
    body = house.office.got[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Rik Jansen zorgt er nu voor." in text
    assert "- Wat levert het op?" in text
