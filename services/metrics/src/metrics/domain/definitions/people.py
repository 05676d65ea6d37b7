"""The numbers about people and about what came of it all: they leave in editions only."""

from metrics.domain.register import HIGHER_THRESHOLD, Cut, Definition, by_wave, protected
from metrics.domain.series import STEPS

_BY_DEPARTMENT: tuple[Cut, ...] = ("department",)
_REPORTED = "a closed month, quarter or year of which everything is reported"
_NO_WEEKS = STEPS[1:]
_LEAVERS = {"headcount": "the daily average headcount"}


def _turnover(which: str, en: str, nl: str, what: str, wat: str) -> Definition:
    return protected(Definition(
        id=f"turnover_{which}", title_en=f"Turnover, {en}", title_nl=f"Verloop, {nl}",
        plain_en=f"How many people leave{what}, for each hundred who work here.",
        plain_nl=f"Hoeveel mensen vertrekken{wat}, op elke honderd die hier werken.",
        formula="leavers ÷ daily average headcount", source="ISO/TS 30421; fhris",
        definition=f"Leavers ({en}) in the period ÷ the daily average headcount, from what HR "
        "reported by department and month; a later report corrects.",
        purpose="Whether people want to stay.", unit="share", beside=_LEAVERS,
    ), cuts=_BY_DEPARTMENT, threshold=HIGHER_THRESHOLD, period=_REPORTED,
        steps=_NO_WEEKS)  # fmt: skip


PEOPLE = (
    protected(Definition(
        id="participation", title_en="Participation", title_nl="Deelname",
        plain_en="How many of the people brought an idea.",
        plain_nl="Hoeveel van de mensen een idee inbrachten.",
        formula="distinct authors and co-authors ÷ average headcount",
        source="ZI, Beautiful Five (2012)",
        definition="Distinct authors and co-authors of the ideas submitted in the period ÷ the "
        "daily average of active persons in the directory. Who told an idea for a colleague does "
        "not count, the colleague does. Ideas by an alias are left out, their number is beside.",
        purpose="Whether taking part is for everybody.", unit="share",
        beside={"headcount": "the daily average of active persons",
                "aliases": "ideas submitted without a name"},
    )),
    protected(Definition(
        id="representation", title_en="Representation", title_nl="Vertegenwoordiging",
        plain_en="Whether a group brings as many ideas as its size would let one expect: 1 is "
        "exactly so.",
        plain_nl="Of een groep zoveel inbrengt als je bij haar omvang verwacht: 1 is precies zo.",
        formula="(share of authors) ÷ (share of headcount)",
        definition="For each department and each value of each attribute: the share of the authors "
        "and co-authors of the period, of the share of the average headcount. Told by the month.",
        purpose="Who is not heard yet, so that they can be invited.", unit="ratio",
    )),
    by_wave(Definition(
        id="enps", title_en="Employee net promoter score", title_nl="eNPS",
        plain_en="Whether people would recommend working here: from −100 to +100.",
        plain_nl="Of mensen werken hier zouden aanraden: van −100 tot +100.",
        formula="100 × (promoters 9-10 − detractors 0-6) ÷ answers", source="Officevibe, Zenefits",
        definition="Of the answers of a wave that closed in the period, one a person: those of 9 "
        "and 10 minus those of 0 to 6, of all.",
        purpose="Whether people stand behind this place.", unit="points",
        beside={"margin": "1.96 × √(var ÷ n)", "promoters": "answers of 9 and 10",
                "passives": "answers of 7 and 8", "detractors": "answers of 0 to 6"},
    )),
    by_wave(Definition(
        id="psychological_safety", title_en="Psychological safety (short form, not validated)",
        title_nl="Psychologische veiligheid (korte vorm, niet gevalideerd)",
        plain_en="Whether people dare to speak up; asked in our own words, which nobody has "
        "validated.",
        plain_nl="Of mensen zich durven uitspreken; gevraagd in onze eigen woorden, die niet "
        "gevalideerd zijn.",
        formula="mean of persons' means, reversed items as 8 − x", source="after Edmondson (1999)",
        definition="The mean of the persons' means over the items of a wave that closed in the "
        "period, reversed items counted from the other end, with the spread between persons.",
        purpose="Whether it is safe to tell an idea.", unit="of 7",
        beside={"spread": "the standard deviation of persons' means"},
    )),
    by_wave(Definition(
        id="pulse_scale", title_en="Scale of an imported instrument",
        title_nl="Schaal van een ingebracht instrument",
        plain_en="What people answered to questions of somebody else, in the units of those.",
        plain_nl="Wat mensen antwoordden op vragen van een ander, in de eenheid daarvan.",
        formula="mean of persons' means, reversed items as least + most − x",
        definition="The mean of the persons' means over the items of an imported instrument in a "
        "wave that closed, reversed items counted from the other end, with the spread between "
        "persons. Told by the wave.",
        purpose="What an instrument measures that was validated by others.",
        unit="as the instrument has it",
        beside={"spread": "the standard deviation of persons' means"},
    )),
    _turnover("total", "all", "alle", "", ""),
    _turnover(
        "voluntary", "voluntary", "vrijwillig", " of their own accord", " uit eigen beweging"
    ),
    _turnover(
        "first_year", "first year", "eerste jaar", " in their first year", " in hun eerste jaar"
    ),
    protected(Definition(
        id="absence", title_en="Absence", title_nl="Ziekteverzuim",
        plain_en="Which part of the working time is lost to sickness. Compare it with the same "
        "period of last year only.",
        plain_nl="Welk deel van de werktijd door ziekte verloren gaat. Vergelijk het alleen met "
        "dezelfde periode van vorig jaar.",
        formula="Σ sick days × part-time factor ÷ Σ fte × calendar days",
        source="CBS, ziekteverzuimpercentage",
        definition="From what HR reported by department and month, as sums only: sick calendar "
        "days × part-time factor ÷ fte × calendar days; a later report corrects.",
        purpose="Whether work keeps people well.", unit="share", compared_with=("last_year",),
        beside={"sick_days": "sick days", "available_days": "available days"},
    ), cuts=_BY_DEPARTMENT, threshold=HIGHER_THRESHOLD, period=_REPORTED, steps=_NO_WEEKS),
    protected(Definition(
        id="outcome", title_en="Outcome", title_nl="Uitkomst",
        plain_en="What another system measures (productivity, satisfaction, profit), beside the "
        "rest on one time axis. That two lines move together says nothing of a cause.",
        plain_nl="Wat een ander systeem meet (productiviteit, tevredenheid, winst), naast de rest "
        "op één tijdas. Dat twee lijnen samen bewegen zegt niets over een oorzaak.",
        formula="the last report of the measure, department and period",
        definition="The value of the last OutcomeReported of a measure, department and period. "
        "Without n it is told for the organisation only.",
        purpose="What may lag behind what is done now.", unit="as reported",
    ), "measure", cuts=_BY_DEPARTMENT, threshold=HIGHER_THRESHOLD, period=_REPORTED,
        steps=_NO_WEEKS),
)  # fmt: skip
