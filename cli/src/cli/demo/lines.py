"""What people say on the stage, in the words of Waterland Zorg & Techniek."""

from typing import Any

CHALLENGE = "Minder dubbel registreren"
WHY = "Wie twee keer hetzelfde typt, zit niet bij de cliënt. We willen een uur per dienst terug."
REPORT = (
    "61 antwoorden, 9 ploegen en een lange zaterdag. Twee plannen gaan door naar een proef; wat"
    " niet door gaat krijgt elk zijn eigen antwoord."
)
PLACES = (
    "de overdracht", "de medicatie", "de ritten", "de wondzorg", "de voorraad", "de intake",
    "het rooster", "de storingen", "de maaltijden", "de weging", "de sleutels", "de scholing",
)  # fmt: skip
WISHES = (
    "Eén keer invullen bij {}", "Bij {} spreken in plaats van typen", "Niets overtypen bij {}",
    "{}: de machine leest het zelf", "Een foto is genoeg bij {}", "Minder vakjes bij {}",
)  # fmt: skip
BODY = "Nu staat hetzelfde op drie plekken. Met één plek is het ook nog eens overal gelijk."
TEAMS = ("De Dubbelstoppers", "Nachtuilen", "Eén Keer", "Papierloos", "De Kortste Weg",
         "Team Tegel", "Zorgvuldig", "Klik Minder", "De Middagploeg")  # fmt: skip

TOOL: dict[str, Any] = {
    "name": "Zorgpad", "question": "Wat zou jij hiermee minder vaak hoeven doen?",
    "why": "Eén plek voor rapportage en overdracht, omdat we nu tussen vier schermen zoeken.",
    "manual": "https://waterland.example/zorgpad/handleiding",
    "features": {
        "rapporteren": "core", "overdracht": "core", "plannen": "core", "meten": "core",
        "bestellen": "core", "delen": "core", "sjablonen": "advanced", "spraak": "advanced",
    },
}  # fmt: skip
QUESTION = "Hoe neem ik een rapportage over van gisteren zonder te kopiëren?"
HELP = "Houd de regel lang ingedrukt en kies 'meenemen'. Ik loop morgen even langs."
BARRIER = "Er is geen testomgeving: we kunnen niets uitproberen zonder de echte dossiers."
CLEARED = "Vanaf vandaag staat er een testomgeving klaar; aanvragen bij ICT kost een dag."
STILL_THERE = "We hebben geen uur in het rooster waarin twee mensen tegelijk kunnen kijken."
TIME = "Een ochtend om met de leverancier de koppeling na te lopen."
MORE_TIME = "Twee middagen om de proef met de nachtdienst voor te bereiden."
HYPOTHESIS = "Als we de dagstart staand doen, zijn we in tien minuten klaar."
EXPERIENCE = "Staand duurt het acht minuten, en de late dienst hoort nu ook wat er speelt."
THANKS = "Je dacht mee tot we het allebei snapten. Dank je wel."
LEARNING = "Een proef zonder vaste trekker stopt na twee weken vanzelf."
COMMENT = "Bij ons in de nacht speelt dit nog sterker. Ik doe graag mee."
ASKED = "Om hoeveel diensten per week gaat het ongeveer?"

YES = {
    "value": "Dit scheelt in iedere dienst tijd die nu verloren gaat.",
    "feasibility": "Het kan met wat er staat, en met twee dagen hulp van ICT.",
    "fit": "Minder dubbel vastleggen is wat we dit jaar willen.",
}
NO = {
    "value": "Het helpt een klein groepje, en dat maar een paar keer per jaar.",
    "feasibility": "De leverancier levert dit onderdeel niet meer.",
    "fit": "Het past bij wat we willen, maar niet op deze manier.",
}
# Title, body, and what becomes of it.
IDEAS = (
    ("Bladeren zonder handschoenen uit", "In de nacht pak ik hem twintig keer vast.", "waits"),
    ("Rolstoelen terug naar hun plek", "Elke ochtend zoeken we er drie.", "asked"),
    ("Een knop voor een tolk", "Met een tolk erbij hoeven we een gesprek niet twee keer te doen.",
     "declined"),
    ("Wondfoto's meteen in het dossier", "Nu mailen we ze naar onszelf.", "pilot"),
    ("Medicijnkar met vaste indeling", "Wie invalt zoekt nu bij elke kar opnieuw.", "scaled"),
    ("Slot dat opent met de telefoon", "Dan rijdt niemand meer met sleutels heen en weer.",
     "stopped"),
)  # fmt: skip
REASONS = {
    "declined": "Het systeem dat dit kon gaat volgend jaar weg, dus we bouwen er niets meer aan.",
    "pilot": "We zien dit op vier afdelingen terug, en het kan klein beginnen.",
    "scaled": "Iedereen die invalt heeft hier last van, en de indeling kost niets.",
    "stopped": "De reistijd is het grootste verlies in de thuiszorg; dit is het proberen waard.",
}
NEXT = {
    "declined": "Zodra het nieuwe dossier er is kijken we opnieuw; jij hoort dat als eerste.",
}
NEXT_YES = "We proberen het vier weken uit op één afdeling."
# Hypothesis, measure, stop rule, before, aim, what was measured, what was learnt.
PILOTS: dict[str, tuple[str, str, str, float, float, tuple[float, ...], str]] = {
    "pilot": (
        "Een foto die meteen in het dossier staat scheelt vijf minuten.", "minuten per foto",
        "Na twee weken niet onder de zes minuten: dan stoppen we.", 8, 3, (7, 5.5, 4), "",
    ),
    "scaled": (
        "Met een vaste indeling zoekt niemand meer.", "keer zoeken per dienst",
        "Na twee weken nog boven de tien: dan stoppen we.", 12, 4, (9, 5, 3),
        "Iedere afdeling tekent de eigen kar; één tekening voor iedereen werkte niet.",
    ),
    "stopped": (
        "Met een slot dat opent met de telefoon rijden we minder.", "minuten reistijd per dienst",
        "Na twee weken nog boven de twintig: dan stoppen we.", 24, 15, (23, 22),
        "Het slot is het probleem niet, de volgorde van de route wel.",
    ),
}  # fmt: skip


def answer(place: int) -> tuple[str, str]:
    """Return the title and the text of one of the answers to the challenge."""
    wish, where = WISHES[place % len(WISHES)], PLACES[place % len(PLACES)]
    title = wish.format(where)
    again = place // len(PLACES)
    return title[0].upper() + title[1:], BODY if not again else f"{BODY} Bij ons al {again} jaar."
