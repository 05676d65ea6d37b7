"""The judge of promises is judged: of a sound story it says nothing, of each wrong it does."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from tests.faults.chronicle import Absence, Shown
from tests.faults.news import owed, reminders, repeated
from tests.faults.promised import (
    DAY,
    FIRST,
    FOURTH,
    IDEA,
    MAIL,
    MINUTE,
    SECOND,
    START,
    Story,
    of,
)


def test_a_sound_story_is_sound() -> None:
    assert of(Story()) == ""


def test_the_rules_ask_for_each_notice_once() -> None:
    kinds = sorted((n.person, n.kind) for n in owed(Story().told))
    assert kinds == [
        ("anna", "acknowledgement"), ("anna", "decision"), ("anna", "promise_broken"),
        ("anna", "promise_broken"), ("anna", "promise_broken"), ("anna", "promise_made"),
        ("desk", "escalated"), ("desk", "reminder"), ("dirk", "escalated"), ("lea", "escalated"),
        ("lea", "reminder"), ("rob", "reminder"), ("rob", "review_assigned"),
    ]  # fmt: skip


def lea_is_away(story: Story, deputy: str = "bo") -> None:
    """Lea is away when what she took over is due."""
    story.told.addresses["bo"] = MAIL.format("bo")
    story.told.inboxes["bo"] = []
    story.told.absences = [Absence("lea", deputy, (FIRST + DAY).date(), SECOND.date())]


def test_the_deputy_of_whoever_is_away_is_told_of_what_is_due_meanwhile() -> None:
    story = Story()
    lea_is_away(story)
    assert "is owed once, and 0 mails of it came" in of(story)
    story.arrives(story.notice("standing_in"))
    assert of(story) == ""
    story.told.absences = []
    assert "no rule explains" in of(story)


def rob_left(story: Story, *, really: bool = True, due: datetime = FIRST) -> None:
    """Before the first date passes Rob is gone, and Bo has it: who lets it pass instead."""
    told = story.told
    told.addresses["bo"] = MAIL.format("bo")
    told.leads["bo"] = "lea"
    told.left = {"rob"} if really else set()
    told.loops = [replace(f, version=f.version + (f.version > 2)) for f in told.loops]
    at = START + DAY
    story.loop(3, "PromisePassedOn", at, None, previous="rob", accountable="bo", due=due)
    told.loops = [
        replace(f, data={**f.data, "accountable": "bo"}) if f.version == 4 else
        replace(f, data={**f.data, "previous": "bo"}) if f.version == 5 else f
        for f in told.loops
    ]  # fmt: skip
    told.mails.clear()
    story.tell()


def test_what_somebody_promised_who_left_is_another_s_by_the_same_date() -> None:
    story = Story()
    rob_left(story)
    assert of(story) == ""
    told = [(n.person, n.kind) for n in owed(story.told)]
    assert told.count(("anna", "promise_made")) == 2
    assert ("bo", "entrusted") in told


def test_nobody_else_lets_go_of_a_promise_and_its_date_stays() -> None:
    story = Story()
    rob_left(story, really=False)
    assert "what rob promised was passed on, and rob is here" in of(story)
    story = Story()
    rob_left(story, due=FIRST + DAY)
    assert "was passed on by rob" in of(story)


def test_nobody_stands_in_for_a_promise_to_themselves() -> None:
    story = Story()
    lea_is_away(story, deputy="anna")
    assert of(story) == ""


def test_both_sides_of_a_merger_and_of_its_undoing_are_told_each_person_once() -> None:
    def whom(kind: str) -> list[str]:
        return sorted(n.person for n in owed(story.told) if n.kind == kind)

    story = Story()
    born = story.told.ideas[0]
    changed = {"author": "anna", "co_authors": ["cas"]}
    story.told.ideas[0] = replace(born, data={**born.data, "co_authors": ["dirk"]})
    story.idea(7, "IdeaAbsorbed", FOURTH, absorbed="other", authors=["bo", "dirk"])
    assert whom("absorbed") == ["anna"]
    story.idea(8, "CoAuthorsChanged", FOURTH, **changed)
    story.idea(9, "IdeaSeparated", FOURTH, separated="other")
    assert whom("separated") == ["anna", "bo", "cas", "dirk"]
    assert story.told.authors() == {IDEA: ["anna", "cas"]}


def lose_a_notice(story: Story) -> None:
    gone = story.notice("promise_broken")
    del story.told.mails[f"<{gone.id}@example.org>", MAIL.format("anna")]


def lose_a_reminder(story: Story) -> None:
    gone = story.notice("reminder")
    del story.told.mails[f"<{gone.id}@example.org>", MAIL.format("rob")]


def show_it_nowhere(story: Story) -> None:
    story.told.inboxes["lea"].pop()


def show_it_twice(story: Story) -> None:
    story.told.inboxes["lea"].append(story.told.inboxes["lea"][0])


def show_what_nobody_owes(story: Story) -> None:
    story.told.inboxes["lea"].append(Shown("x", "escalated", IDEA, (None, None)))


def send_twice(story: Story) -> None:
    again = story.notice("escalated")
    story.told.mails[f"<{again.id}@elsewhere.org>", MAIL.format("lea")] += 1


def send_for_another_cause(story: Story) -> None:
    story.told.mails[f"<{uuid.uuid4()}@example.org>", MAIL.format("lea")] += 1


def send_to_somebody_else(story: Story) -> None:
    wrong = story.notice("decision")
    del story.told.mails[f"<{wrong.id}@example.org>", MAIL.format("anna")]
    story.told.mails[f"<{wrong.id}@example.org>", MAIL.format("dirk")] += 1


def skip_a_rung(story: Story) -> None:
    story.swap(3, accountable="dirk", rung="director")
    story.swap(4, accountable="dirk")
    story.swap(5, previous="dirk")


def swap_two_rungs(story: Story) -> None:
    story.swap(3, accountable="desk", rung="desk")
    story.swap(7, accountable="lea", rung="lead")


def ask_the_same_person_again(story: Story) -> None:
    story.swap(5, accountable="lea", rung="lead")


def name_another_rung(story: Story) -> None:
    story.swap(5, rung="lead")


def break_without_a_word(story: Story) -> None:
    del story.told.loops[3]


def break_too_early(story: Story) -> None:
    early = FIRST - MINUTE
    for number in (2, 3):
        old = story.told.loops[number]
        story.told.loops[number] = replace(old, at=early, recorded=early)


def break_what_nobody_promised(story: Story) -> None:
    story.swap(2, accountable="lea")


def never_break(story: Story) -> None:
    """The director's date passes, and days later it still stands."""
    late = SECOND + 3 * DAY
    for number in (4, 5):
        old = story.told.loops[number]
        story.told.loops[number] = replace(old, at=late, recorded=late)


def move_on_without_an_outage(story: Story) -> None:
    story.told.loops.pop()
    story.told.ideas.pop()
    later = (FOURTH + 30 * DAY).isoformat()
    story.loop(9, "PromiseExtended", FOURTH, accountable="desk", due=later,
               was=FOURTH.isoformat())  # fmt: skip


def forget_the_loop(story: Story) -> None:
    story.told.loops.clear()
    story.told.ideas.pop()


def fall_silent(story: Story) -> None:
    """The promise is taken for kept, though nobody answered."""
    story.told.ideas.pop()


def let_the_date_pass_at_the_end(story: Story) -> None:
    story.told.loops.pop()
    story.told.ideas.pop()


def owe_a_word_about_what_is_over(story: Story) -> None:
    story.told.loops.pop()


def name_somebody_else(story: Story) -> None:
    let_the_date_pass_at_the_end(story)
    handed = story.told.ideas[-1]
    story.told.ideas[-1] = replace(handed, data={**handed.data, "accountable": "dirk"})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lose_a_notice, "kind='promise_broken'"),
        (lose_a_reminder, "kind='reminder'"),
        (show_it_nowhere, "is in the inbox 0 times"),
        (show_it_twice, "is in the inbox 2 times"),
        (show_what_nobody_owes, "a notice is in the inbox of lea that no rule explains"),
        (send_twice, "and 2 mails of it came"),
        (send_for_another_cause, "a mail to lea@example.org came that no rule explains"),
        (send_to_somebody_else, "went to dirk@example.org"),
        (skip_a_rung, "['rob'] let it pass, lea is next"),
        (swap_two_rungs, "['rob'] let it pass, lea is next"),
        (ask_the_same_person_again, "['rob', 'lea'] let it pass, dirk is next"),
        (name_another_rung, "['rob', 'lea'] let it pass, dirk is next"),
        (break_without_a_word, "a promise was broken without an escalation"),
        (break_too_early, "was broken before"),
        (break_what_nobody_promised, "is said to be broken"),
        (never_break, "was neither kept nor broken"),
        (move_on_without_an_outage, "was moved on, and the house was not away"),
        (forget_the_loop, "is silent"),
        (fall_silent, "is silent"),
        (let_the_date_pass_at_the_end, "was neither kept nor broken"),
        (owe_a_word_about_what_is_over, "is over, and desk still owes a word"),
        (name_somebody_else, "names ('dirk'"),
    ],
)
def test_each_wrong_is_said(spoil: Callable[[Story], None], said: str) -> None:
    story = Story()
    spoil(story)
    assert said in of(story)


def test_a_mail_that_came_again_under_its_id_is_counted_and_no_wrong() -> None:
    story = Story()
    story.told.mails[next(iter(story.told.mails))] += 1
    assert of(story) == ""
    assert repeated(story.told) == 1


def test_a_promise_may_join_an_acknowledgement_that_has_not_left_and_not_be_told_as_well() -> None:
    story = Story()
    made = story.notice("promise_made")
    box = story.told.inboxes["anna"]
    at = next(n for n, shown in enumerate(box) if shown.kind == "acknowledgement")
    box[at] = replace(box[at], promise=("rob", FIRST))
    assert "no rule explains" in of(story), "it was told twice: with another, and by itself"
    box[:] = [shown for shown in box if shown.id != made.id]
    del story.told.mails[f"<{made.id}@example.org>", MAIL.format("anna")]
    assert of(story) == ""


def test_a_reminder_must_come_where_there_was_a_moment_for_it_and_may_where_nobody_looked() -> None:
    story = Story()
    assert [sure for _, sure in reminders(story.told)] == [False, True, True, False, True]
    unsure = next(n for n, sure in reminders(story.told) if not sure and n.person == "dirk")
    story.arrives(unsure)
    assert of(story) == ""


def test_a_date_that_passed_while_the_house_was_away_moves_on() -> None:
    story = Story()
    move_on_without_an_outage(story)
    story.told.outages = [(FOURTH - MINUTE, FOURTH + MINUTE)]
    assert "was not away" not in of(story)
