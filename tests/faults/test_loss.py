"""After a loss that was accepted the judge excuses what the list names, and nothing else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.evidence import TELLS, Evidence, Stored
from tests.faults.loss import check_after, unlisted
from tests.faults.story import Story

IDEAS = TELLS["ideas"]


def beside(story: Story, other: Story) -> None:
    """Let one more idea live in the town of a story."""
    mine, its = story.found, other.found
    story.history.commands += other.history.commands
    for service, events in its.stores.items():
        behind = len(mine.stores[service])
        mine.stores[service] += [replace(e, position=(e.position or 0) + behind) for e in events]
        records = mine.topics[TELLS[service]]
        behind = len(records)
        records += [replace(r, offset=r.offset + behind) for r in its.topics[TELLS[service]]]
    for service, journal in its.journals.items():
        mine.journals[service] += journal
    mine.facts += its.facts
    mine.states |= its.states
    mine.notices += its.notices
    mine.mails += its.mails


class Loss:
    """Two ideas; all events of the second are lost, and what they did elsewhere is not."""

    def __init__(self) -> None:
        self.story, self.lost_one = Story(), Story()
        for number, command in enumerate(self.lost_one.history.commands):
            command.key = f"other-{number}"
        self.lost_one.swap("ideas", 0, command=self.lost_one.submit.id)
        self.lost_one.swap("feedback", 2, command=self.lost_one.decide.id)
        beside(self.story, self.lost_one)
        self.found = self.story.found
        self.before = Evidence(stores={s: [*e] for s, e in self.found.stores.items()})
        self.lost: list[Stored] = self.found.stores["ideas"][3:]
        del self.found.stores["ideas"][3:]

    def said(self) -> str:
        return "\n".join(check_after(self.story.history, self.found, self.lost))

    def listed(self, *ids: str) -> list[str]:
        return list(unlisted(self.before, self.found, ids))


def test_what_is_on_the_list_is_excused() -> None:
    assert Loss().said() == ""


def test_without_the_list_it_would_not_be() -> None:
    loss = Loss()
    loss.lost = []
    assert "is in Kafka and in no store" in loss.said()
    assert "is missing, or there is one too many" in loss.said()


def lose_another_event(loss: Loss) -> None:
    loss.found.stores["ideas"].pop(0)


def lose_a_command_that_is_not_listed(loss: Loss) -> None:
    first = loss.found.stores["ideas"][0]
    loss.found.stores["ideas"][0] = replace(first, command=None, causation="somebody")


def bring_a_lost_command_back(loss: Loss) -> None:
    loss.story.swap("ideas", 1, command=loss.lost_one.submit.id, causation=None)


def forget_a_notice_of_another_idea(loss: Loss) -> None:
    notice = loss.found.notices.pop(0)
    del loss.found.mails[f"<{notice.id}@example.org>"]


def leave_another_idea_unheard(loss: Loss) -> None:
    loss.found.journals["metrics"].pop(0)


def publish_what_is_nowhere(loss: Loss) -> None:
    made_up = replace(loss.found.topics[IDEAS][0], id="x", offset=99)
    loss.found.topics[IDEAS].append(made_up)


def list_another_state(loss: Loss) -> None:
    loss.found.states[loss.story.idea] = "submitted"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lose_another_event, "an acknowledged command is in the store 0 times"),
        (lose_a_command_that_is_not_listed, "an acknowledged command is in the store 0 times"),
        (bring_a_lost_command_back, "nobody asked ideas for IdeaTakenUnderReview"),
        (forget_a_notice_of_another_idea, "is owed once and there 0 times"),
        (leave_another_idea_unheard, "metrics heard IdeaSubmitted"),
        (publish_what_is_nowhere, "is in Kafka and in no store"),
        (list_another_state, "is listed submitted; the store says accepted"),
    ],
)
def test_whatever_else_is_wrong_is_said(spoil: Callable[[Loss], None], said: str) -> None:
    loss = Loss()
    spoil(loss)
    assert said in loss.said()


def test_the_list_has_every_event_that_is_gone_and_no_other() -> None:
    loss = Loss()
    gone = [event.id for event in loss.lost]
    assert loss.listed(*gone) == []
    (sentence,) = loss.listed(*gone[1:])
    assert sentence.endswith("is lost, and not listed")
    there = loss.found.stores["ideas"][0].id
    assert loss.listed(*gone, there) == [f"{there} is listed as lost, and was not"]
