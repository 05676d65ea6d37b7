"""The definitions in Dutch: what each number is exactly, and what it is for."""

from msgspec import Struct


class Dutch(Struct, frozen=True):
    """A definition in Dutch, of the version that it translates: a changed one is told anew."""

    definition: str
    purpose: str
    version: int = 1


def _turnover(which: str) -> Dutch:
    return Dutch(
        f"Vertrokken mensen ({which}) in de periode ÷ het gemiddelde aantal mensen per dag, uit "
        "wat HR per afdeling en maand meldde; een latere melding verbetert.",
        "Of mensen willen blijven.",
    )


DUTCH: dict[str, Dutch] = {
    "ideas_submitted": Dutch(
        "Ideeën die in de periode voor het eerst zijn ingediend. Later ingetrokken of "
        "samengevoegde tellen mee, concepten niet.",
        "Of mensen hun ideeën hier eigenlijk brengen.",
    ),
    "idea_rate": Dutch(
        "Ingediende ideeën ÷ het gemiddelde aantal actieve mensen per dag, × 365 ÷ de dagen van "
        "de periode. Iemand is op een dag actief als die aan het eind ervan in het "
        "personeelsbestand staat.",
        "Of de organisatie naar boven haalt wat haar mensen weten.",
    ),
    "ideas_by_state": Dutch(
        "Alle ideeën, naar hun stand na het laatste feit voor het einde van de periode. Een idee "
        "is in proef vanaf de start van de proef, ook na uitbreiding of verlenging, tot het "
        "praktijk is. Het begin van de periode speelt geen rol.",
        "Waar ideeën staan, en waar ze vastlopen.",
    ),
    "realisation_a": Dutch(
        "Van de ideeën die in de periode zijn ingediend het deel dat daarna praktijk werd. De "
        "eerste keer telt; later heropenen maakt dat niet ongedaan.",
        "Hoeveel van wat mensen brengen wordt hoe we het doen.",
    ),
    "realisation_b": Dutch(
        "Van de ideeën waarvan het eerste eindoordeel (ja of nee; 'nu niet' is geen eindoordeel) "
        "in de periode viel, het deel met een ja.",
        "Hoe vaak het antwoord ja is.",
    ),
    "processing_time_a": Dutch(
        "Eerste eindoordeel (ja of nee) min eerste indiening, van oordelen in de periode: de "
        "mediaan. Nullen blijven staan.",
        "Hoe lang mensen op antwoord wachten.",
    ),
    "processing_time_b": Dutch(
        "Van de eerste indiening tot het idee voor het eerst praktijk was, voor wat in de "
        "periode praktijk werd: de mediaan. Nullen blijven staan.",
        "Hoe lang het duurt tot een idee is hoe we het doen.",
    ),
    "lead_time_to_pilot": Dutch(
        "Alle ideeën die in de periode zijn ingediend: de mediaan volgens Kaplan-Meier van de "
        "tijd van indiening tot de eerste proef. Wat eerder stopte telt tot dan mee, wat nog "
        "wacht tot nu. Niet bereikt als minder dan de helft er ooit komt.",
        "Hoe snel een idee wordt geprobeerd, zonder te vergeten wat nog wacht.",
    ),
    "throughput": Dutch(
        "Eerste proeven in de periode, met daarnaast wat er voor het eerst praktijk werd.",
        "Hoeveel de organisatie echt probeert en verandert.",
    ),
    "wip": Dutch(
        "Ideeën die aan het einde van de periode niet af zijn: niet afgewezen, ingetrokken, "
        "samengevoegd, praktijk of gestopt. Geparkeerde ideeën zijn niet af.",
        "Of er meer wordt begonnen dan af kan komen.",
    ),
    "age": Dutch(
        "De mediaan van de tijd sinds de indiening, van ideeën die aan het einde van de periode "
        "niet af zijn.",
        "Of ideeën ongemerkt oud worden.",
    ),
    "idea_diversity": Dutch(
        "Van de ideeën van de periode, zonder samengevoegde en zonder die geen onderwerp hebben, "
        "naar hun onderwerp: het Hill-getal van orde 1. Leeg onder 30 ideeën.",
        "Of ideeën overal uit het werk komen, of uit één hoek.",
        version=2,
    ),
    "cross_department": Dutch(
        "Van de ideeën van de periode het deel waarvan indieners, mede-indieners en steuners uit "
        "twee of meer bekende afdelingen komen, elk volgens het personeelsbestand toen ze "
        "meededen. Teruggenomen steun telt niet.",
        "Of ideeën over de muren tussen afdelingen gaan.",
    ),
    "silent_ideas": Dutch(
        "Ideeën waarvan de indiener een woord tegoed heeft: niet af en zonder naam of dag, "
        "zonder dat de belofte binnen een minuut is gedaan, meer dan een uur over de dag zonder "
        "dat iemand dat zei, of vast achter een onleesbaar bericht; en wat af is zonder dat de "
        "uitkomst binnen 24 uur is bezorgd. De periode speelt geen rol.",
        "Of de garantie klopt: het hoort 0 te zijn.",
    ),
    "first_response": Dutch(
        "Van de ideeën van de periode: de eerste vraag, het antwoord of een reactie van de "
        "beoordelaar, min de indiening. Kaplan-Meier; wat is ingetrokken of samengevoegd telt "
        "tot dan mee, wat nog wacht tot nu.",
        "Of mensen snel gehoord worden.",
        version=2,
    ),
    "sla_attainment": Dutch(
        "Beloften waarvan de dag, na pauzes, één keer verschuiven en storingen, in de periode "
        "ligt. Niet meegeteld: wat nog niet zover is, ingetrokken of samengevoegd is, of eerder "
        "is overgedragen. Gehaald: nagekomen op de dag of ervoor. Al het andere is gemist, ook "
        "wat later kwam.",
        "Of gebeurt wat is beloofd.",
    ),
    "closed_loop": Dutch(
        "Van de ideeën met een uitkomst (ja, nee of nu niet) in de periode, waarvan de laatste "
        "telt: het deel waarvan het bericht daarover de indiener heeft bereikt, voor er een andere "
        "uitkomst kwam.",
        "Of iemand in het donker blijft over wat er van zijn idee werd.",
        version=2,
    ),
    "pilot_outcomes": Dutch(
        "Proeven die in de periode zijn afgerond, naar waar ze toe leidden.",
        "Of er echt geprobeerd wordt, en gestopt waar iets niet werkt.",
    ),
    "barrier_resolution": Dutch(
        "Belemmeringen die in de periode zijn gemeld, tot ze weg zijn of met een reden blijven; "
        "wat nog open is telt tot nu mee (Kaplan-Meier).",
        "Of leidinggevenden de weg vrijmaken.",
    ),
    "time_granted": Dutch(
        "Van de verzoeken om tijd in de periode: de toegekende uren, van de gevraagde uren.",
        "Of ideeën tijd krijgen, en niet alleen applaus.",
    ),
    "active_users": Dutch(
        "Verschillende mensen die het hulpmiddel in de periode minstens één keer gebruikten; "
        "elke functie telt, ook 'overig'.",
        "Of mensen de hulpmiddelen gebruiken die hen moeten helpen.",
    ),
    "adoption_rate": Dutch(
        "Actieve gebruikers, van de mensen voor wie het hulpmiddel er is en die op een dag van "
        "de periode in het personeelsbestand stonden.",
        "Of een hulpmiddel bereikt voor wie het er is.",
    ),
    "feature_adoption": Dutch(
        "Actieve gebruikers die in de periode de functie gebruikten, van alle actieve "
        "gebruikers.",
        "Welke functies mensen bereiken, en welke betere uitleg nodig hebben.",
    ),
    "advanced_share": Dutch(
        "Actieve gebruikers die in de periode minstens één gevorderde functie gebruikten, van "
        "alle actieve gebruikers.",
        "Of een hulpmiddel voor meer dan de basis wordt gebruikt.",
    ),
    "depth": Dutch(
        "Het gemiddelde over actieve gebruikers van de kernfuncties die zij in de periode "
        "gebruikten, van de kernfuncties waarmee het hulpmiddel is ingevoerd.",
        "Of een hulpmiddel een manier van werken is geworden.",
    ),
    "stickiness": Dutch(
        "Het gemiddelde over de werkdagen van een maand: wie het hulpmiddel die dag gebruikte, "
        "van wie dat deed in de 28 dagen die ermee eindigen. Van een afdeling: van het gebruik "
        "daar.",
        "Of een hulpmiddel een gewoonte is.",
        version=2,
    ),
    "reported_use": Dutch(
        "Uit kant-en-klare tellingen van systemen die niemand noemen: hoe vaak een functie in een "
        "week is gebruikt, met de gebruikers ernaast. De laatste melding van een afdeling en week "
        "geldt; is de hele organisatie gemeld, dan alleen die. Functies worden niet opgeteld: "
        "dezelfde mensen kunnen er meer gebruiken.",
        "Of een hulpmiddel dat alleen aantallen meldt wordt gebruikt.",
    ),
    "time_to_adopt": Dutch(
        "Van de mensen voor wie het hulpmiddel er is: van de invoering, of hun komst als die "
        "later was, tot het eerste gebruik. Wie nog niet begon telt mee tot het einde van de "
        "periode.",
        "Of een hulpmiddel makkelijk is om mee te beginnen.",
        version=2,
    ),
    "participation": Dutch(
        "Verschillende indieners en mede-indieners van de ideeën van de periode ÷ het gemiddelde "
        "aantal actieve mensen per dag. Wie voor een collega indiende telt niet, de collega wel. "
        "Ideeën zonder naam blijven erbuiten en staan ernaast.",
        "Of meedoen voor iedereen is.",
    ),
    "representation": Dutch(
        "Voor elke afdeling en elke waarde van een kenmerk: het deel van de indieners en "
        "mede-indieners van de periode, van het deel van het gemiddelde aantal mensen.",
        "Wie nog niet gehoord wordt en uitgenodigd kan worden.",
    ),
    "enps": Dutch(
        "Van de antwoorden van een peiling die in de periode sloot, één per mens: die met 9 en "
        "10 min die met 0 tot en met 6, van alle.",
        "Of mensen achter deze plek staan.",
    ),
    "psychological_safety": Dutch(
        "Het gemiddelde van de gemiddelden van mensen over de vragen van een peiling die in de "
        "periode sloot, omgekeerde vragen andersom geteld, met de spreiding tussen mensen.",
        "Of het veilig is een idee te vertellen.",
    ),
    "pulse_scale": Dutch(
        "Het gemiddelde van de gemiddelden van mensen over de vragen van een ingebracht "
        "instrument in een peiling die gesloten is, omgekeerde vragen andersom geteld, met de "
        "spreiding tussen mensen. Per peiling verteld.",
        "Wat een instrument meet dat door anderen gevalideerd is.",
    ),
    "turnover_total": _turnover("alle"),
    "turnover_voluntary": _turnover("vrijwillig"),
    "turnover_first_year": _turnover("eerste jaar"),
    "absence": Dutch(
        "Uit wat HR per afdeling en maand als som meldt: ziekte in kalenderdagen × "
        "deeltijdfactor ÷ fte × kalenderdagen; een latere melding verbetert.",
        "Of het werk mensen gezond houdt.",
    ),
    "outcome": Dutch(
        "De waarde van de laatste melding van een maat, afdeling en periode. Zonder n alleen "
        "voor de hele organisatie.",
        "Wat later volgt op wat nu gebeurt.",
    ),
}  # fmt: skip
