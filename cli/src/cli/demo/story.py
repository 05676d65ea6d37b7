"""Plays the story: submitted, reviewed, accepted, tried out; each part awaited, none assumed."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import Struct

from cli.console import say
from cli.demo.cast import Cast
from cli.demo.post import PATIENCE_FOR_MAIL, Post, addressed
from cli.demo.waiting import wait_for
from cli.services import Services
from cli.tokens import Persona

TITLE = "Overdracht op het scherm in plaats van op papier"
_BODY = (
    "Bij elke wisseling van dienst schrijven we alles op papier over. Twintig minuten per dienst,"
    " en wat er vergeten wordt merken we pas later. Laat het scherm op de gang de open punten"
    " tonen, dan staat er bij de overdracht niets meer op een briefje."
)
_SENTENCES = {
    "value": "Het scheelt iedere dienst twintig minuten, en er raakt minder zoek.",
    "feasibility": "Het scherm hangt er al; het vraagt twee dagen werk.",
    "fit": "Minder dubbel schrijven is wat we dit jaar willen.",
}
_PILOT = {
    "hypothesis": "Met open punten op het scherm duurt een overdracht hoogstens tien minuten.",
    "measure": "Minuten per overdracht, een week lang geteld, voor en na.",
    "stop_rule": "Na drie weken niet korter, of ooit een gemist punt: dan stoppen we.",
}
_PILOT_DAYS = 42


class Told(Struct, frozen=True):
    """What happened: the idea, who reviewed it, and the timeline at the end."""

    idea: str
    reviewer: Persona
    timeline: dict[str, Any]
    trace: str
    ends_on: date
    acknowledged: bool


class Story:
    """One run through."""

    def __init__(
        self, services: Services, cast: Cast, post: Post, sleep: Callable[[float], None]
    ) -> None:
        self.services, self.cast, self.post, self.sleep = services, cast, post, sleep
        self.began = time.monotonic()

    def play(self) -> Told:
        idea = self._submit()
        reviewer = self._reviewer(idea)
        acknowledged = self._acknowledged()
        self._decide(idea, reviewer)
        ends_on = self._pilot(idea, reviewer)
        path = f"/v1/ideas/{idea}/timeline"
        timeline = self.services.get("ideas", path, who=self.cast.author)
        trace = next(s["trace"] for s in timeline["steps"] if s["type"] == "IdeaSubmitted")
        return Told(idea, reviewer, timeline, trace, ends_on, acknowledged)

    def _tell(self, what: str) -> None:
        say(f"  {(time.monotonic() - self.began) * 1000:6,.0f} ms  {what}")

    def _submit(self) -> str:
        who = self.cast.author
        body = {"title": TITLE, "body": _BODY, "category": "samen werken"}
        done = self.services.tell("ideas", "/v1/ideas", body, who=who)
        self._tell(f"{self.cast.name} ({who.subject}) submits '{TITLE}': {done['idea']}")
        self._tell(f"         the desk owes the first word by {_day(done['due'])}")
        return str(done["idea"])

    def _reviewer(self, idea: str) -> Persona:
        desk = Persona(self.services.settings.desk, ("desk",))
        path = f"/v1/reviews/{idea}"

        def assigned() -> Any:
            review = self.services.find("feedback", path, who=desk)
            return review if review and review["reviewer"] else None

        review = wait_for("feedback names a reviewer for the idea", assigned, sleep=self.sleep)
        self._in_state(idea, "under_review")
        name = self._name(review["reviewer"])
        self._tell(f"feedback names {name} as reviewer, answer by {_day(review['due'])}")
        return Persona(review["reviewer"], ("employee", "reviewer"))

    def _acknowledged(self) -> bool:
        """Wait for the acknowledgement: whoever reviews it needs longer than that mail, too."""
        until = time.monotonic() + PATIENCE_FOR_MAIL
        while not (told := addressed(self.cast.name, self.post.mails())):
            if time.monotonic() > until:
                self._tell(f"no mail to {self.cast.name}: the acknowledgement is in the app")
                return False
            self.sleep(0.05)
        self._tell(f"{self.cast.name} has the acknowledgement: '{told[0][1]['Subject']}'")
        return True

    def _decide(self, idea: str, reviewer: Persona) -> None:
        criteria = [c["name"] for c in self.services.get("feedback", "/v1/rubric")["criteria"]]
        answer = {
            "outcome": "accepted",
            "marks": dict.fromkeys(criteria, "met"),
            "sentences": {
                name: _SENTENCES.get(name, f"Over {name} is met het team gesproken.")
                for name in criteria
            },
            # Each answer has words of its own: the same ones for two ideas are refused.
            "reason": f"Dit lost iets op waar iedere dienst last van heeft. Kenmerk {idea[-6:]}.",
            "next_step": "We proberen het zes weken uit op een afdeling.",
            "accountable": reviewer.subject,
            "due": (datetime.now(UTC) + timedelta(days=_PILOT_DAYS)).isoformat(),
        }
        self.services.tell("feedback", f"/v1/reviews/{idea}/decision", answer, who=reviewer)
        self._in_state(idea, "accepted")
        self._tell(f"{self._name(reviewer.subject)} accepts it, with a sentence per criterion")

    def _pilot(self, idea: str, reviewer: Persona) -> date:
        today = datetime.now(UTC).date()
        ends_on = today + timedelta(days=_PILOT_DAYS)
        plan = {**_PILOT, "ends_on": ends_on, "team": [self.cast.author.subject]}
        plan |= {"super_users": [reviewer.subject], "baseline": 14, "target": 9}
        self.services.tell("ideas", f"/v1/ideas/{idea}/pilots", plan, who=reviewer)
        self._in_state(idea, "in_pilot")
        self._tell(f"the pilot starts, with a measure and a stop rule, until {ends_on}")
        return ends_on

    def _in_state(self, idea: str, state: str) -> None:
        def there() -> bool:
            found = self.services.get("ideas", f"/v1/ideas/{idea}", who=self.cast.author)
            return bool(found["state"] == state)

        wait_for(f"ideas shows the idea as {state}", there, sleep=self.sleep)

    def _name(self, person: str) -> str:
        found = self.services.get("notifications", "/v1/people", params={"ids": person})
        return str(found.get(person, {}).get("name", person))


def _day(moment: str) -> str:
    return moment[:10]
