"""The numbers that Kiem tells, each defined to the last digit."""

from metrics.domain.definitions.ideas import IDEAS
from metrics.domain.definitions.people import PEOPLE
from metrics.domain.definitions.promises import PROMISES
from metrics.domain.definitions.room import ROOM
from metrics.domain.definitions.tools import TOOLS
from metrics.domain.register import Definition

REGISTER: dict[str, Definition] = {
    kpi.id: kpi for kpi in (*IDEAS, *PROMISES, *ROOM, *TOOLS, *PEOPLE)
}
