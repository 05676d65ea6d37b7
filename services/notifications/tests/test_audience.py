"""Who is told that follows, comments or took part; and who is not, as they know already."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from contracts.challenges import ChallengeClosed
from contracts.ideas import IdeaDeclined, IdeaRevised, PilotStarted
from contracts.notifications import EscalatedV2
from contracts.room import BarrierDeclined
from contracts.talk import CommentPosted
from contracts.tools import ToolChanged, ToolIntroduced
from contracts.vocabulary import (
    BarrierId,
    ChallengeId,
    CommentId,
    IdeaId,
    PersonId,
    PilotId,
    SubjectId,
    ToolId,
)
from notifications.domain.audience import (
    Part,
    about_comment,
    introduction_of,
    late_of,
    news_of,
    notices_of,
    of_followers,
    report_of,
    widening_of,
)
from notifications.domain.notices import Notice
from notifications.domain.wishes import usual

IDEA, OTHER = IdeaId(UUID(int=7)), IdeaId(UUID(int=9))
ANNA, BO, RIK, LENA = map(PersonId, ("anna", "bo", "rik", "lena"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DECLINED = IdeaDeclined(idea=IDEA, author=ANNA, by=RIK, at=NOON)
COMMENT = CommentPosted(
    idea=IDEA, author=ANNA, comment=CommentId(UUID(int=1)), by=LENA, at=NOON, mentions=()
)
CLOSED = ChallengeClosed(challenge=ChallengeId(UUID(int=3)), by=RIK, at=NOON, chosen=(OTHER,))


def told(found: list[Notice]) -> list[tuple[str, str]]:
    return [(notice.kind, notice.person) for notice in found]


def test_who_follows_hears_what_became_of_an_idea() -> None:
    assert of_followers(DECLINED) == IDEA
    found = notices_of(news_of(DECLINED, "event 3", [ANNA]), [Part(BO, IDEA), Part(LENA, IDEA)])
    assert told(found) == [("followed", BO), ("followed", LENA)]
    assert {notice.facts.outcome for notice in found} == {"declined"}
    assert not any(notice.owed for notice in found)


def test_who_follows_is_not_told_what_they_know_as_author_or_did_themselves() -> None:
    news = news_of(DECLINED, "event 3", [ANNA])
    assert notices_of(news, [Part(ANNA, IDEA), Part(RIK, IDEA)]) == []


def test_what_only_concerns_the_authors_is_no_news_for_followers() -> None:
    assert of_followers(IdeaRevised(idea=IDEA, author=ANNA, at=NOON)) is None
    barrier = BarrierDeclined(barrier=BarrierId(UUID(int=2)), author=ANNA, by=RIK, at=NOON)
    assert of_followers(barrier) is None
    pilot = PilotStarted(idea=IDEA, author=ANNA, pilot=PilotId(UUID(int=8)), at=NOON)
    assert of_followers(pilot) == IDEA


def test_a_comment_is_told_to_the_authors_but_not_to_who_wrote_it() -> None:
    assert told(about_comment(COMMENT, "e", [ANNA, BO], None)) == [
        ("commented", ANNA), ("commented", BO),
    ]  # fmt: skip
    assert told(about_comment(replace_by(ANNA), "e", [ANNA, BO], None)) == [("commented", BO)]


def test_a_comment_is_told_once_to_each_by_what_concerns_them_most() -> None:
    mentions = CommentPosted(
        idea=IDEA, author=ANNA, comment=CommentId(UUID(int=1)), by=LENA, at=NOON,
        mentions=(ANNA, LENA), reply_to=CommentId(UUID(int=4)),
    )  # fmt: skip
    found = told(about_comment(mentions, "e", [ANNA], BO))
    assert found == [("mentioned", ANNA), ("replied", BO)]


def test_everybody_who_took_part_is_told_of_the_report_once() -> None:
    parts = [Part(ANNA, IDEA), Part(BO), Part(BO, IDEA), Part(LENA), Part(RIK, IDEA)]
    found = notices_of(report_of(CLOSED, "e"), parts)
    assert [(n.person, n.about.idea) for n in found] == [(ANNA, IDEA), (BO, None), (LENA, None)]
    assert {notice.kind for notice in found} == {"challenge_closed"}
    assert {(n.about.matter, n.about.id) for n in found} == {
        ("challenge", SubjectId(CLOSED.challenge))
    }


def test_who_took_part_hears_once_that_the_report_is_late() -> None:
    broken = EscalatedV2(
        matter="challenge", subject=SubjectId(CLOSED.challenge), author=RIK, previous=RIK,
        accountable=LENA, due=NOON, rung="lead", at=NOON,
    )  # fmt: skip
    late = late_of([broken], "e")
    assert late is not None
    found = notices_of(late, [Part(ANNA, IDEA), Part(BO), Part(RIK), Part(LENA)])
    assert told(found) == [("challenge_late", ANNA), ("challenge_late", BO)]
    assert {notice.facts.due for notice in found} == {NOON}
    assert late_of([replace(broken, previous=LENA, accountable=ANNA)], "e") is None
    assert late_of([replace(broken, matter="experiment")], "e") is None


def test_those_for_whom_a_tool_is_are_told_of_it_but_for_who_introduced_it() -> None:
    tool = ToolIntroduced(tool=ToolId(UUID(int=5)), by=RIK, name="x", audience=("ict",), at=NOON)
    news = introduction_of(tool, "e")
    assert news.departments == ("ict",)
    found = notices_of(news, [Part(ANNA), Part(RIK)])
    assert told(found) == [("tool_introduced", ANNA)]
    assert (found[0].about.matter, found[0].about.id) == ("tool", SubjectId(tool.tool))
    assert usual("tool_introduced").mail == "digest", "an audience may be the whole house"


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        (("ict",), ("ict", "zorg"), ("zorg",)),
        (("ict",), (), ()),  # everybody, of whom some were told
        (("ict",), ("zorg",), ("zorg",)),
        (("ict", "zorg"), ("ict",), None),
        (("ict",), ("ict",), None),
        ((), ("ict",), None),  # everybody was told
        ((), (), None),
    ],
)
def test_whoever_a_tool_comes_to_later_is_told_and_nobody_twice(
    before: tuple[str, ...], after: tuple[str, ...], added: tuple[str, ...] | None
) -> None:
    changed = ToolChanged(tool=ToolId(UUID(int=5)), by=RIK, audience=after, at=NOON)
    news = widening_of(changed, before, "f")
    assert (news and news.departments) == added
    if news is not None:
        introduced = ToolIntroduced(tool=changed.tool, by=RIK, name="x", at=NOON)
        first = notices_of(introduction_of(introduced, "e"), [Part(ANNA)])
        assert [n.id for n in notices_of(news, [Part(ANNA), Part(RIK)])] == [n.id for n in first]


def replace_by(person: PersonId) -> CommentPosted:
    return CommentPosted(idea=IDEA, author=ANNA, comment=CommentId(UUID(int=1)), by=person, at=NOON)
