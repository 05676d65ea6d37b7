"""Why something can't be done in a challenge, and what to do instead."""

from datetime import date

from chassis.decider import NotAllowed, NotFound, Rejected


class ThereIsNoSuchChallenge(NotFound):
    """There is no challenge under this id. Look at the list of challenges."""


class AChallengeLastsSomeTime(Rejected):
    """A challenge ends after it begins, and its end is still to come. Give other dates."""


class PhasesLieWithinTheChallenge(Rejected):
    """Every phase lies within the challenge, and ends after it begins. Give other dates."""


class AChallengeHasCriteria(Rejected):
    """People must know by which criteria answers are judged. Name at least one."""


class TheChallengeIsClosed(Rejected):
    """The challenge is closed. Its report says what became of the answers."""


class TheChallengeBeginsLater(Rejected):
    """The challenge takes no answers yet. Wait for its first day, or submit the idea without it."""

    def __init__(self, first: date | None = None, last: date | None = None) -> None:
        days = f" It does from {first} until {last}." if first and last else ""
        super().__init__(
            f"The challenge takes no answers yet.{days} Wait for its first day, or submit your "
            "idea without it."
        )


class TheChallengeIsOver(Rejected):
    """The last day of the challenge is over. Submit the idea without it."""

    def __init__(self, first: date | None = None, last: date | None = None) -> None:
        days = f" It did from {first} until {last}." if first and last else ""
        super().__init__(
            f"The challenge takes no answers any more.{days} Submit your idea without it."
        )


class TheChallengeAsksOthers(NotAllowed):
    """The challenge is a question to other departments. Submit your idea without it."""


class OnlyItsLeaderClosesIt(NotAllowed):
    """Only its leader, who took over from them, or the desk can do this. Ask one of them."""


class OnlyTheJuryJudges(NotAllowed):
    """Only members of the jury give points. The crowd supports ideas instead."""


class NobodyJudgesTheirOwn(NotAllowed):
    """The idea is your own or your team's. Leave it to the rest of the jury."""


class TheCriteriaAreFixed(Rejected):
    """Points are given by the challenge's own criteria, each once. Look at the challenge."""


class ThereIsNoSuchTeam(NotFound):
    """There is no such team in this challenge. Look at the challenge."""


class OnlyTheTeamChangesIt(NotAllowed):
    """Only a member can change a team. Ask one of them."""


class ATeamHasMembers(Rejected):
    """A team has at least one member. Name one."""


class TheTeamIsFull(Rejected):
    """A team has at most fifty members. Join another one, or form one."""
