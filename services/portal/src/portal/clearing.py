"""How barriers are cleared away, by kind and by department: counted, and timed where that says so.

Where fewer than `LEAST` were raised only their number is told: how long half of two took says
nothing of the next, and much of two people.
"""

from typing import Any

from portal import telling
from portal.asking import Gone, all_of
from portal.periods import chosen_period
from portal.visit import Visit

LEAST = 5
_KPI, _CUTS, _MOST = "barrier_resolution", ("kind", "department"), 12


async def cuts_of_barriers(visit: Visit) -> dict[str, Any]:
    """Return, by cut, the groups with the most barriers of the last twelve months; or Gone."""
    asked = await all_of(register=telling.register(visit))
    register = asked["register"]
    if isinstance(register, Gone):
        return dict.fromkeys(_CUTS, register)
    kpi = next((each for each in register["kpis"] if each["id"] == _KPI), None)
    if kpi is None:
        return {}
    choice = telling.Choice(chosen_period("", visit.days.today))
    span = (choice.period.first, choice.period.until)
    found = await all_of(**{
        cut: telling.told(visit, kpi, span, choice, by=cut) for cut in _CUTS if cut in kpi["by"]
    })  # fmt: skip
    return {cut: answer if isinstance(answer, Gone) else _most(answer)
            for cut, answer in found.items()}  # fmt: skip


def _most(answer: Any) -> list[Any]:
    """Return the groups, those with the most barriers first."""
    cells = [cell for cell in answer["cells"] or [] if cell["n"]]
    return sorted(cells, key=lambda cell: (-cell["n"], cell["key"]))[:_MOST]
