"""The judge is judged: fed with histories that are wrong in each way, it says so."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.faults.checker import check, repeated_mails
from tests.faults.evidence import TELLS, Record
from tests.faults.story import DAY, Story, command

IDEAS, FEEDBACK = TELLS["ideas"], TELLS["feedback"]


def of(story: Story, **changes: Any) -> str:
    return "\n".join(check(story.history, story.found, **changes))


def test_a_sound_history_is_sound() -> None:
    assert of(Story()) == ""


def lose_a_command(story: Story) -> None:
    story.swap("ideas", 0, command=None, causation="somebody")


def carry_out_twice(story: Story) -> None:
    story.swap("ideas", 1, command=story.submit.id)


def carry_out_what_was_refused(story: Story) -> None:
    story.swap("ideas", 1, command=story.refused.id)


def carry_out_the_unknown_twice(story: Story) -> None:
    story.swap("ideas", 1, command=story.unknown.id)
    story.swap("ideas", 2, command=story.unknown.id)


def answer_otherwise(story: Story) -> None:
    story.decide.answers[1]["idea"] = "another"


def make_something_up(story: Story) -> None:
    story.swap("ideas", 1, command=uuid.uuid4(), causation=None)


def leave_a_version_out(story: Story) -> None:
    story.swap("ideas", 2, version=4)


def leave_a_position_out(story: Story) -> None:
    story.swap("ideas", 2, position=4)


def never_publish(story: Story) -> None:
    story.found.topics[IDEAS].pop()


def publish_what_is_not_there(story: Story) -> None:
    story.found.topics[IDEAS].append(Record(0, 9, "x", f"idea-{story.idea}", 4))


def publish_out_of_order(story: Story) -> None:
    first, second, third = story.found.topics[IDEAS]
    story.found.topics[IDEAS] = [first, replace(third, offset=1), replace(second, offset=2)]


def hear_twice(story: Story) -> None:
    story.found.journals["metrics"].append(story.found.journals["metrics"][0])


def hear_nothing(story: Story) -> None:
    story.found.journals["feedback"].pop()


def hear_what_was_not_told(story: Story) -> None:
    story.found.journals["feedback"].append(("kiem/ideas", "x"))


def ask_for_two_reviews(story: Story) -> None:
    story.swap("feedback", 1, type="ReviewRequested")


def take_an_answer_over_twice(story: Story) -> None:
    story.swap("ideas", 1, type="IdeaAccepted", causation=story.found.stores["feedback"][2].id)


def miss_a_row(story: Story) -> None:
    story.found.facts.pop()


def write_another_state(story: Story) -> None:
    story.found.facts[2] = (story.idea, 3, "declined")


def list_another_state(story: Story) -> None:
    story.found.states[story.idea] = "submitted"


def count_a_use_twice(story: Story) -> None:
    story.found.uses["f1", DAY] = 2


def count_a_use_not(story: Story) -> None:
    del story.found.uses["f1", DAY]


def count_a_use_on_another_day(story: Story) -> None:
    story.found.uses["f1", DAY + timedelta(days=1)] = story.found.uses.pop(("f1", DAY))


def count_somebody_else_as_well(story: Story) -> None:
    story.found.users["f1", DAY] = 2


def count_nobody(story: Story) -> None:
    del story.found.users["f1", DAY]


def lose_a_use(story: Story) -> None:
    story.found.used.clear()


def count_otherwise(story: Story) -> None:
    story.found.numbers["ideas_submitted"] = {"value": 2, "n": 2}


def count_what_came_too_late(story: Story) -> None:
    story.use("u2", late=True)
    story.found.uses["f1", DAY] += 1


def be_silent(story: Story) -> None:
    story.found.numbers["silent_ideas"] = {"value": 1}


def forget_a_notice(story: Story) -> None:
    gone = story.found.notices.pop()
    del story.found.mails[f"<{gone.id}@example.org>"]


def send_under_two_ids(story: Story) -> None:
    story.found.mails[f"<{story.found.notices[0].id}@elsewhere.org>"] += 1


def send_no_mail(story: Story) -> None:
    story.found.mails.popitem()


def leave_a_mail_waiting(story: Story) -> None:
    story.found.notices[0] = replace(story.found.notices[0], mail="waiting")


def send_what_nobody_owes(story: Story) -> None:
    story.found.mails[f"<{uuid.uuid4()}@example.org>"] += 1


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lose_a_command, "an acknowledged command is in the store 0 times"),
        (carry_out_twice, "an acknowledged command is in the store 2 times"),
        (carry_out_what_was_refused, "a refused command is in the store"),
        (carry_out_the_unknown_twice, "an unknown command is in the store 2 times"),
        (answer_otherwise, "answered with another idea"),
        (make_something_up, "nobody asked ideas for"),
        (leave_a_version_out, "ideas: the versions of"),
        (leave_a_position_out, "there is a hole"),
        (never_publish, "was never published"),
        (publish_what_is_not_there, "is in Kafka and in no store"),
        (publish_out_of_order, "stands behind version 1"),
        (hear_twice, "metrics heard IdeaSubmitted"),
        (hear_nothing, "feedback heard IdeaAccepted"),
        (hear_what_was_not_told, "which ideas never told"),
        (ask_for_two_reviews, "and a review asked for 2 times"),
        (take_an_answer_over_twice, "and the answer taken over 2 times"),
        (miss_a_row, "is missing, or there is one too many"),
        (write_another_state, "is declined, and the store says accepted"),
        (list_another_state, "is listed submitted; the store says accepted"),
        (count_a_use_twice, "and the ledger says 2"),
        (count_a_use_not, "and the ledger says 0"),
        (lose_a_use, "an acknowledged use is not in Kafka"),
        (count_a_use_on_another_day, "0 to 0 times on 2026-03-03, and the ledger says 1"),
        (count_somebody_else_as_well, "by 1 to 1 people on 2026-03-02, and the ledger says 2"),
        (count_nobody, "by 1 to 1 people on 2026-03-02, and the ledger says 0"),
        (count_what_came_too_late, "f1 was used 1 to 1 times on 2026-03-02, and the ledger says 2"),
        (count_otherwise, "metrics says ideas_submitted.value = 2"),
        (be_silent, "metrics says silent_ideas.value = 1"),
        (forget_a_notice, "is owed once and there 0 times"),
        (send_under_two_ids, "arrived under 2 Message-IDs"),
        (send_no_mail, "arrived under 0 Message-IDs"),
        (leave_a_mail_waiting, "is waiting"),
        (send_what_nobody_owes, "a mail of no notice arrived"),
    ],
)
def test_each_wrong_is_said(spoil: Callable[[Story], None], said: str) -> None:
    story = Story()
    spoil(story)
    assert said in of(story)


def test_what_came_too_late_and_was_not_counted_is_no_wrong() -> None:
    story = Story()
    story.use("u2", late=True)
    assert of(story) == ""


def test_a_mail_that_came_again_under_its_id_is_counted_and_no_wrong() -> None:
    story = Story()
    mail = next(iter(story.found.mails))
    story.found.mails[mail] += 1
    assert of(story) == ""
    assert repeated_mails(story.found) == 1


def test_a_record_that_comes_twice_is_no_wrong() -> None:
    story = Story()
    for topic in (IDEAS, FEEDBACK):
        again = [replace(r, offset=r.offset + 3) for r in story.found.topics[topic]]
        story.found.topics[topic] += again
    assert of(story) == ""


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ((201,), "acknowledged"), ((None, 201), "acknowledged"), ((201, None), "acknowledged"),
        ((409,), "refused"), ((None,), "unknown"), ((503,), "unknown"), ((), "unknown"),
        ((None, 409), "unknown"), ((500, 404), "unknown"), ((201, 409), "acknowledged"),
    ],
)  # fmt: skip
def test_what_a_client_may_conclude(statuses: tuple[int | None, ...], outcome: str) -> None:
    assert command("submit", "ideas", "k", *statuses).outcome == outcome
