"""What each receiver gets, and that the signature is the standard's."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from contracts.vocabulary import IdeaId, PersonId
from notifications.delivery import signing
from notifications.delivery.receivers import LONGEST_SMS, LONGEST_TEXT, Receiver, Told, body
from notifications.domain.subjects import of_idea
from notifications.domain.ways import Standing, next_way

TOLD = Told(
    notice="7", kind="decision", owed=True, about=of_idea(IdeaId(UUID(int=7))),
    person=PersonId("anna"), at=datetime(2026, 3, 2, 12, tzinfo=UTC),
    title='Je idee "Fietsen <!channel> & lopen" krijgt een ja', text="Hallo Anna,\n\nHet mag.",
    link="https://kiem.example/ideas/7", see="Lees alles in Kiem", to="+31612345678",
)  # fmt: skip


def of(receiver: Receiver, told: Told = TOLD) -> dict[str, object]:
    found = json.loads(body(receiver, told))
    assert isinstance(found, dict)
    return found


def test_a_signature_is_what_the_standard_says() -> None:
    old, new, content = signing.new_secret(), signing.new_secret(), body("standard", TOLD)
    headers = signing.headers("7", datetime.now(UTC), content, [new, old])
    for secret in (old, new):
        assert Webhook(secret).verify(content.decode(), headers) == json.loads(content)
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.new_secret()).verify(content.decode(), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(content.decode().replace("decision", "merged"), headers)


def test_the_standard_form_has_facts_and_words() -> None:
    found = of("standard")
    assert (found["type"], found["timestamp"]) == ("notice.decision", "2026-03-02T12:00:00Z")
    assert found["data"] == {
        "notice": "7", "kind": "decision", "owed": True, "person": "anna", "matter": "idea",
        "subject": str(UUID(int=7)), "idea": str(UUID(int=7)), "title": TOLD.title,
        "text": TOLD.text, "link": TOLD.link,
    }  # fmt: skip


def test_nobodys_words_can_mention_everybody_in_slack() -> None:
    found = of("slack")
    assert found["text"] == 'Je idee "Fietsen &lt;!channel&gt; &amp; lopen" krijgt een ja'
    assert '"mrkdwn"' not in json.dumps(found)


def test_teams_gets_an_adaptive_card() -> None:
    attachment: Any = of("teams")["attachments"][0]  # type: ignore[index]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["actions"][0]["url"] == TOLD.link


def test_a_short_message_has_the_news_and_a_place_and_is_short() -> None:
    assert of("sms") == {"to": "+31612345678", "text": f"{TOLD.title} {TOLD.link}"}
    long = Told(**{f: getattr(TOLD, f) for f in TOLD.__struct_fields__} | {"title": "a" * 900})
    assert len(str(of("sms", long)["text"])) <= LONGEST_SMS
    texts = Told(**{f: getattr(TOLD, f) for f in TOLD.__struct_fields__} | {"text": "a" * 9000})
    assert len(body("slack", texts)) < LONGEST_TEXT + 1000


@pytest.mark.parametrize(
    ("standing", "way"),
    [
        (Standing(True, "failed", "none", False), "webhook"),
        (Standing(True, "none", "none", False), "webhook"),
        (Standing(True, "failed", "failed", False), "in_app"),
        (Standing(True, "failed", "waiting", False), None),
        (Standing(True, "waiting", "failed", False), None),
        (Standing(True, "failed", "delivered", False), None),
        (Standing(True, "delivered", "failed", False), None),
        (Standing(False, "failed", "failed", False), None),
    ],
)
def test_what_is_owed_goes_on_until_one_way_brought_it(standing: Standing, way: str | None) -> None:
    assert next_way(standing) == way
