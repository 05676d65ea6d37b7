"""A notice arrives once on each channel, however often it was sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from contracts.vocabulary import IdeaId, NoticeId, PersonId
from notifications.domain.proofs import About, RecordDelivery, RecordFailure, decider
from notifications.domain.subjects import of_idea

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ABOUT = About(
    NoticeId(UUID(int=1)), of_idea(IdeaId(UUID(int=7))), PersonId("anna"), "decision", True
)
INBOX = RecordDelivery(ABOUT, "in_app", 1, "inbox", NOON)
MAILED = RecordDelivery(ABOUT, "mail", 2, "250 ok: queued", NOON)
GIVEN_UP = RecordFailure(ABOUT, "mail", 3, "550", NOON)


def test_each_channel_has_its_own_proof() -> None:
    first = decider.decide(decider.initial, INBOX)
    second = decider.decide(decider.replay(first), MAILED)
    assert [(event.channel, event.attempts) for event in first + second] == [
        ("in_app", 1),
        ("mail", 2),
    ]


def test_a_mail_that_was_sent_twice_arrived_once() -> None:
    settled = decider.replay(decider.decide(decider.initial, MAILED))
    assert decider.decide(settled, MAILED) == []
    assert decider.decide(settled, GIVEN_UP) == []


def test_news_arrives_after_what_it_tells_of_by_whatever_clock() -> None:
    ahead = NOON + timedelta(hours=1)
    told = replace(INBOX, about=replace(ABOUT, happened=ahead))
    assert [event.at for event in decider.decide(decider.initial, told)] == [ahead]
    told = replace(INBOX, about=replace(ABOUT, happened=NOON - timedelta(hours=1)))
    assert [event.at for event in decider.decide(decider.initial, told)] == [NOON]
