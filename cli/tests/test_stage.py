"""Who plays on the stage, and what they say there; that services take it is for a journey."""

from datetime import UTC, datetime

from cli.demo import lines
from cli.demo.people import company
from cli.demo.stage import ANSWERS
from contracts.outside import PersonListed
from contracts.vocabulary import PersonId


def listed(
    person: str, *roles: str, department: str = "Noord", lead: str | None = "p-lead"
) -> PersonListed:
    return PersonListed(
        at=datetime(2026, 11, 1, tzinfo=UTC), person=PersonId(person), department=department,
        lead=PersonId(lead) if lead else None, roles=("employee", *roles),
    )  # fmt: skip


PEOPLE = {
    one.person: one
    for one in (
        listed("p-1"), listed("p-2"), listed("p-3", department="Zuid"),
        listed("p-lead", "lead", lead="p-top"), listed("p-rob", "reviewer"),
        listed("p-zoe", "reviewer", department="Zuid", lead="p-gone"),
        listed("p-top", "director", lead=None),
    )
}  # fmt: skip


def test_whoever_is_named_plays_with_their_lead_and_everybody_else_around() -> None:
    found = company(PEOPLE, "p-2", "p-rob")
    assert found is not None
    assert (found.author.subject, found.reviewer.roles) == ("p-2", ("employee", "reviewer"))
    assert (found.lead.subject, found.director.subject) == ("p-lead", "p-top")
    assert [one.subject for one in found.others] == ["p-1", "p-3"]


def test_without_names_the_first_who_can_play() -> None:
    found = company(PEOPLE, None, None)
    assert found is not None
    assert (found.author.subject, found.department) == ("p-1", "Noord")


def test_nobody_plays_where_a_part_stays_empty() -> None:
    assert company(PEOPLE, "p-3", "p-rob") is None, "of another department"
    assert company(PEOPLE, None, "p-zoe") is None, "whose lead is gone"
    without = {person: one for person, one in PEOPLE.items() if "director" not in one.roles}
    assert company(without, None, None) is None


def test_no_two_answers_are_the_same_and_every_fate_has_its_words() -> None:
    told = [lines.answer(place) for place in range(ANSWERS)]
    assert len(set(told)) == ANSWERS
    fates = [fate for _, _, fate in lines.IDEAS]
    assert len(set(fates)) == len(fates)
    assert set(lines.REASONS) == set(fates) - {"waits", "asked"}
    assert set(lines.PILOTS) == set(lines.REASONS) - {"declined"}
    assert not lines.PILOTS["pilot"][-1], "it goes on"
    stopped = lines.PILOTS["stopped"]
    assert stopped[5][-1] > stopped[3] - 4, "its own rule was met: hardly better than before"
