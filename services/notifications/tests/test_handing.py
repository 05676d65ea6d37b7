"""Who is asked to tell a person, and when nobody is."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.vocabulary import IdeaId, NoticeId, PersonId
from notifications.domain.handing import Around, Unread, can_be_told, next_task
from notifications.domain.ladder import Listed
from notifications.domain.subjects import of_idea

ANNA, LENA, BO, HUGO, DESK = map(PersonId, ("anna", "lena", "bo", "hugo", "desk"))
NOON, LATER = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 4, 12, tzinfo=UTC)
UNREAD = Unread(NoticeId(UUID(int=1)), ANNA, "decision", of_idea(IdeaId(UUID(int=7))), True)
HOUSE = Around(
    {
        ANNA: Listed(lead=LENA), LENA: Listed(lead=HUGO, deputy=BO), HUGO: Listed(director=True),
        BO: Listed(lead=LENA),
    },
    DESK,
)  # fmt: skip


def asked_after(*asked: PersonId, around: Around = HOUSE) -> PersonId | None:
    task = next_task(UNREAD, asked, around, NOON, LATER)
    return task.colleague if task else None


def test_the_lead_is_asked_then_everybody_above_then_the_desk_once() -> None:
    assert asked_after() == LENA
    assert asked_after(LENA) == HUGO
    assert asked_after(LENA, HUGO) == DESK
    assert asked_after(LENA, HUGO, DESK) is None


def test_the_deputy_of_an_absent_lead_is_asked() -> None:
    absent = {**HOUSE.directory, LENA: Listed(lead=HUGO, deputy=BO, absent=True)}
    assert asked_after(around=Around(absent, DESK)) == BO


def test_nobody_is_asked_to_tell_somebody_who_left() -> None:
    left = {**HOUSE.directory, ANNA: Listed(lead=LENA, left=True)}
    assert asked_after(around=Around(left, DESK)) is None


def test_a_task_says_whom_and_by_when_and_has_an_id_of_its_own_at_each_turn() -> None:
    first = next_task(UNREAD, [], HOUSE, NOON, LATER)
    again = next_task(UNREAD, [LENA], HOUSE, NOON, LATER)
    third = next_task(UNREAD, [LENA, HUGO], HOUSE, NOON, LATER)
    assert first
    assert again
    assert third
    assert (first.notice.facts.previous, first.notice.facts.due) == (ANNA, LATER)
    assert again.notice.id != third.notice.id
    assert first.notice.owed


@pytest.mark.parametrize(
    "unread",
    [
        replace(UNREAD, person=PersonId("alias-7")),
        replace(UNREAD, person=DESK),
        replace(UNREAD, kind="hand_over"),
        replace(UNREAD, kind="reminder"),
        replace(UNREAD, owed=False, kind="realised"),
        replace(UNREAD, arrived=True),
    ],
)
def test_nobody_is_asked_about_an_alias_nor_what_need_not_be_told(unread: Unread) -> None:
    assert not can_be_told(unread, DESK)
    assert next_task(unread, [], HOUSE, NOON, LATER) is None
