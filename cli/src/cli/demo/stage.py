"""What goes on in a house beside one idea: a challenge, tools, barriers, time, pilots, thanks.

Everything is told to the services as people would; where one must have heard of it first, it waits.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cli.console import say
from cli.demo import lines
from cli.demo.people import Company
from cli.demo.waiting import wait_for
from cli.services import Services
from cli.tokens import Persona
from history.together import together

COUNCIL = Persona("kiem-cli", ("council",))
AGREED = ("active_users", "adoption_rate", "advanced_share", "feature_adoption")
ANSWERS, JURY_WEIGHT, HOURS = 61, 0.6, 4
_WEEKS = timedelta(weeks=3)


class Stage:
    """Sets the scenes, each of a few commands."""

    def __init__(
        self, services: Services, company: Company, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.services, self.company, self.sleep = services, company, sleep
        self.desk = Persona(services.settings.desk, ("employee", "desk"))
        self.today = datetime.now(UTC).date()

    def is_set(self) -> bool:
        """Tell whether it was set before: its challenge is there."""
        found = self.services.get("ideas", "/v1/challenges", who=self.company.author)
        return any(one["words"].get("question") == lines.CHALLENGE for one in found["items"])

    def set(self) -> None:
        # The challenge comes before all that must not be played twice: it tells that it was.
        for scene in (self.reviews_of_the_department, self.consents, self.challenge, self.tool,
                      self.barriers, self.hours, self.small_things, self.lives):  # fmt: skip
            scene()

    def _tell(
        self, service: str, path: str, body: Any, who: Persona, method: str = "POST"
    ) -> dict[str, Any]:
        return self.services.tell(service, path, body, who=who, method=method) or {}

    def reviews_of_the_department(self) -> None:
        """Let one reviewer answer what comes from the department of the author."""
        routing = self.services.get("feedback", "/v1/routing", who=self.desk)
        cuts = {"category": None, "department": self.company.department, "challenge": None}
        rule = {"reviewers": [self.company.reviewer.subject], **cuts}
        if rule not in routing["rules"]:
            told = {"rules": [rule, *routing["rules"]], "most_open": routing["most_open"]}
            self._tell("feedback", "/v1/routing", told, self.desk, "PUT")

    def consents(self) -> None:
        """Let the works council agree to what is told of tools; of the rest it still thinks."""
        numbers = self.services.get("metrics", "/v1/register", who=COUNCIL)["numbers"]
        for number in numbers:
            kpi = number["kpi"]
            if kpi["id"] in AGREED and number["state"] != "consented":
                told = {"version": kpi["version"], "words": "Per maand, niet per persoon."}
                self._tell("metrics", f"/v1/register/{kpi['id']}/consent", told, COUNCIL)
        say("  the works council agrees to the numbers about tools; on others it has not decided")

    def tool(self) -> None:
        knows = self.company.others[0]
        told = {**lines.TOOL, "super_users": [knows.subject]}
        tool = self._tell("ideas", "/v1/tools", told, self.company.director)["matter"]
        asked = {"words": lines.QUESTION, "super_user": knows.subject}
        path = f"/v1/tools/{tool}/help"
        question = self._tell("ideas", path, asked, self.company.author)["matter"]
        self._tell("ideas", f"/v1/help/{question}/answer", {"words": lines.HELP}, knows)
        say(f"  {lines.TOOL['name']} is introduced, with its why; a super-user helps")

    def challenge(self) -> None:
        """Ask everybody, hold a hackathon, weigh jury and crowd openly, report to all."""
        jury = [who.subject for who in self.company.others[-3:]]
        told = {
            "question": lines.CHALLENGE, "why": lines.WHY, "hackathon": True, "jury": jury,
            "criteria": ["effect", "haalbaarheid"], "jury_weight": JURY_WEIGHT,
            "first": str(self.today), "last": str(self.today + _WEEKS),
        }  # fmt: skip
        done = self._tell("ideas", "/v1/challenges", told, self.company.director)
        path = f"/v1/challenges/{done['matter']}"
        answers = self._answers(done["matter"])
        self._teams(path, answers)
        self._judged(path, answers)
        report = {"report": lines.REPORT, "chosen": answers[:2]}
        self._tell("ideas", f"{path}/closing", report, self.company.director)
        say(f"  '{lines.CHALLENGE}': {ANSWERS} answers, {len(lines.TEAMS)} teams, a report to all")

    def _player(self, place: int) -> Persona:
        others = self.company.others
        return others[place * len(others) // (ANSWERS + 1)]

    def _answers(self, challenge: str) -> list[str]:
        def submitted(place: int) -> str:
            title, body = lines.answer(place)
            told = {"title": title, "body": body, "challenge": challenge}
            return str(self._tell("ideas", "/v1/ideas", told, self._player(place))["idea"])

        return [idea for _, idea in sorted(together(submitted, range(ANSWERS)))]

    def _teams(self, path: str, answers: list[str]) -> None:
        count = len(lines.TEAMS)
        for place, name in enumerate(lines.TEAMS):
            members = [self._player(place).subject, self._player(place + count).subject]
            told = {"name": name, "idea": answers[place], "members": members}
            self._tell("ideas", f"{path}/teams", told, self._player(place))

    def _judged(self, path: str, answers: list[str]) -> None:
        """The jury likes the first most, the crowd the second."""
        for juror in self.company.others[-3:]:
            for place, idea in enumerate(answers[:3]):
                points = {"points": {"effect": 9 - 2 * place, "haalbaarheid": 8 - 2 * place}}
                self._tell("ideas", f"{path}/judgements/{idea}", points, juror, "PUT")
        for place in range(8):
            on = f"/v1/ideas/{answers[1 if place < 6 else 0]}/support"  # noqa: PLR2004
            self._tell("ideas", on, None, self._player(place + 20), "PUT")

    def barriers(self) -> None:
        """Four times the same, which a director clears; one that a lead still owes an answer."""
        raised = {"kind": "access", "words": lines.BARRIER, "owner": self.company.director.subject}
        clear = {"reason": lines.CLEARED}
        for place in range(4):
            done = self._tell("ideas", "/v1/barriers", raised, self._player(place + 30))
            path = f"/v1/barriers/{done['matter']}/removal"
            self._tell("ideas", path, clear, self.company.director)
        left = {"kind": "time", "words": lines.STILL_THERE, "owner": self.company.lead.subject}
        self._tell("ideas", "/v1/barriers", left, self.company.author)
        say("  'no test environment' is raised four times and cleared; another barrier waits")

    def hours(self) -> None:
        """Time that was asked for: granted once, and once still to be answered."""
        lead = self.company.lead
        asked = {"purpose": "idea", "hours": HOURS, "words": lines.TIME, "lead": lead.subject}
        done = self._tell("ideas", "/v1/time-requests", asked, self.company.author)
        granted = {"hours": HOURS}
        self._tell("ideas", f"/v1/time-requests/{done['matter']}/grant", granted, lead)
        more = {**asked, "words": lines.MORE_TIME, "hours": HOURS * 2}
        self._tell("ideas", "/v1/time-requests", more, self.company.author)

    def small_things(self) -> None:
        author, reviewer = self.company.author, self.company.reviewer
        ends = str(self.today + timedelta(days=14))
        trial = {"hypothesis": lines.HYPOTHESIS, "ends_on": ends}
        done = self._tell("ideas", "/v1/experiments", trial, author)
        report = {"went": "well", "learning": lines.EXPERIENCE}
        self._tell("ideas", f"/v1/experiments/{done['matter']}/report", report, author)
        thanks = {"to": [reviewer.subject], "words": lines.THANKS}
        self._tell("ideas", "/v1/thanks", thanks, author)
        self._tell("ideas", "/v1/learnings", {"words": lines.LEARNING}, self.company.lead)

    def lives(self) -> None:
        """Ideas of the author in each state that there is to look at."""
        submitted = {
            fate: str(self._tell("ideas", "/v1/ideas", {"title": t, "body": b},
                                 self.company.author)["idea"])
            for t, b, fate in lines.IDEAS
        }  # fmt: skip
        for idea in submitted.values():
            self._in_state(idea, "under_review")
        comment = {"words": lines.COMMENT}
        friend = self.company.others[1]
        self._tell("ideas", f"/v1/ideas/{submitted['waits']}/comments", comment, friend)
        self._tell("ideas", f"/v1/ideas/{submitted['waits']}/support", None, friend, "PUT")
        path = f"/v1/reviews/{submitted['asked']}/questions"
        self._tell("feedback", path, {"words": lines.ASKED}, self._reviewer(submitted["asked"]))
        for fate, reason in lines.REASONS.items():
            self._decided(submitted[fate], fate, reason)
        for fate in lines.PILOTS:
            self._tried(submitted[fate], fate)
        say("  of one author: an idea that waits, one with a question, a no, and three pilots")

    def _reviewer(self, idea: str) -> Persona:
        found = self.services.get("feedback", f"/v1/reviews/{idea}", who=self.desk)
        return Persona(found["reviewer"], ("employee", "reviewer"))

    def _decided(self, idea: str, fate: str, reason: str) -> None:
        no = fate == "declined"
        sentences, reviewer = lines.NO if no else lines.YES, self._reviewer(idea)
        rubric = self.services.get("feedback", "/v1/rubric", who=reviewer)
        criteria = [c["name"] for c in rubric["criteria"]]
        told = {
            "outcome": "declined" if no else "accepted", "reason": reason,
            "marks": dict.fromkeys(criteria, "partly" if no else "met"),
            "sentences": {c: sentences.get(c, f"Over {c} is met het team gesproken.")
                          for c in criteria},
            "next_step": lines.NEXT.get(fate, lines.NEXT_YES),
        }  # fmt: skip
        if not no:
            told |= {"accountable": reviewer.subject, "due": f"{self._ends()}T16:00:00Z"}
        self._tell("feedback", f"/v1/reviews/{idea}/decision", told, reviewer)

    def _tried(self, idea: str, fate: str) -> None:
        hypothesis, measure, rule, before, aim, values, learnt = lines.PILOTS[fate]
        self._in_state(idea, "accepted")
        leads = self._reviewer(idea)
        plan = {
            "hypothesis": hypothesis, "measure": measure, "stop_rule": rule, "baseline": before,
            "target": aim, "ends_on": str(self._ends()), "team": [self.company.author.subject],
            "super_users": [leads.subject],
        }  # fmt: skip
        pilot = self._tell("ideas", f"/v1/ideas/{idea}/pilots", plan, leads)["pilot"]
        for value in values:
            taken = f"/v1/ideas/{idea}/pilots/{pilot}/measurements"
            self._tell("ideas", taken, {"value": value}, leads)
        if learnt:
            end = {"outcome": fate, "learning": learnt}
            self._tell("ideas", f"/v1/ideas/{idea}/pilots/{pilot}/conclusion", end, leads)
        if fate == "scaled":
            self._tell("ideas", f"/v1/ideas/{idea}/realisation", {"remark": ""}, leads)

    def _ends(self) -> date:
        return self.today + timedelta(days=28)

    def _in_state(self, idea: str, state: str) -> None:
        def there() -> bool:
            found = self.services.get("ideas", f"/v1/ideas/{idea}", who=self.company.author)
            return bool(found["state"] == state)

        wait_for(f"ideas shows the idea as {state}", there, sleep=self.sleep)
