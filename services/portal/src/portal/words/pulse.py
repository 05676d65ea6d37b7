"""What is said about a pulse: to those who are asked, and to those who ask."""

PULSE: dict[str, tuple[str, str]] = {
    "nav.pulse": ("Hoe gaat het?", "How is it?"),
    "pulse.title": ("Hoe is het om hier te werken?", "What is it like to work here?"),
    "pulse.lead": (
        "Je kunt antwoorden tot en met {day}. Het kost een paar minuten.",
        "You can answer until {day}. It takes a few minutes.",
    ),
    "pulse.nameless": (
        "Je antwoordt met een code. Nergens staat welke code van wie is.",
        "You answer with a code. Nowhere is kept whose code it is.",
    ),
    "pulse.counted": (
        "Antwoorden worden geteld en nooit los getoond; groepen van minder dan vijf blijven weg.",
        "Answers are counted and never shown one by one; groups of fewer than five stay away.",
    ),
    "pulse.free": (
        "Meedoen hoeft niet, en een vraag overslaan mag.",
        "You need not take part, and may leave a question out.",
    ),
    "pulse.none": (
        "Er wordt nu niets gevraagd. Bij een volgende ronde staat het hier.",
        "Nothing is asked at the moment. The next time it stands here.",
    ),
    "pulse.done": (
        "Dank je. Je antwoord is geteld, zonder je naam.",
        "Thank you. Your answer is counted, without your name.",
    ),
    "pulse.code": ("Je code", "Your code"),
    "pulse.code.get": ("Geef mij een code", "Give me a code"),
    "pulse.code.once": (
        "Je krijgt hem één keer te zien. Antwoord meteen, of schrijf hem op: terugvinden kan niet.",
        "You see it once. Answer now, or write it down: it can't be found again.",
    ),
    "pulse.code.yours": ("Dit is je code:", "Your code is:"),
    "pulse.agree": ("1: helemaal niet mee eens, 7: helemaal mee eens", "1: not at all, 7: fully"),
    "pulse.send": ("Verstuur zonder naam", "Send without a name"),
    "pulse.waves": ("Peilingen", "Waves of the pulse"),
    "pulse.waves.lead": (
        "Wie hier werkt bij het begin, krijgt een code. Cijfers komen na het einde, met instemming "
        "van de OR.",
        "Whoever works here at its beginning gets a code. Numbers come after its end, with the "
        "consent of the works council.",
    ),
    "pulse.waves.none": ("Er is nog nooit gepeild.", "Nobody was ever asked."),
    "pulse.waves.done": ("Het is gebeurd.", "It is done."),
    "pulse.open": ("Begin een peiling", "Begin a wave"),
    "pulse.open.what": ("Wat wil je vragen?", "What do you want to ask?"),
    "pulse.open.imported": (
        "Namen van ingebrachte instrumenten, met spaties ertussen",
        "Names of imported instruments, separated by blanks",
    ),
    "pulse.open.until": ("Tot en met", "Until and including"),
    "pulse.open.send": ("Vraag het iedereen", "Ask everybody"),
    "pulse.instrument.enps": (
        "Zou je werken hier aanraden? (eNPS)",
        "Would you recommend working here? (eNPS)",
    ),
    "pulse.instrument.safety": (
        "Durf je je uit te spreken? (eigen korte vorm, niet gevalideerd)",
        "Do you dare to speak up? (a short form of our own, not validated)",
    ),
    "pulse.invited": ("{count} mensen gevraagd", "{count} people asked"),
    "pulse.answered": ("{count} antwoorden", "{count} answers"),
    "pulse.few": ("nog geen vijf antwoorden", "not five answers yet"),
    "pulse.response": ("({share} antwoordde)", "({share} answered)"),
    "pulse.whole": ("Iedereen samen", "Everybody together"),
    "pulse.end": ("Stop deze peiling nu", "End this wave now"),
    "no.NoWaveIsOpen": (
        "Er wordt nu niets gevraagd. Wacht op een volgende ronde.",
        "Nothing is asked at the moment. Wait for the next time.",
    ),
    "no.YouHaveACode": (
        "Je hebt je code al gekregen. Terugvinden kan niet: nergens staat dat hij van jou is.",
        "You were given your code. Nobody can find it again: nothing says that it is yours.",
    ),
    "no.YouAreNotAsked": (
        "Gevraagd is wie hier werkte toen de peiling begon. De volgende keer ben je erbij.",
        "Asked is who worked here when the wave began. You are asked the next time.",
    ),
    "no.ThisIsNoCode": (
        "Met deze code valt niets te beantwoorden: hij is gebruikt, of klopt niet. Kijk hem na.",
        "Nothing waits for this code: it was used, or is not right. Look at how it is written.",
    ),
    "no.TheAnswersDoNotFit": (
        "Beantwoord minstens één vraag, met een getal dat erbij staat.",
        "Answer one question at least, with a number that is offered.",
    ),
    "no.AWaveIsOpen": (
        "Er loopt al een peiling. Wacht tot die afloopt, of stop haar.",
        "A wave is open already. Let it end, or end it.",
    ),
    "no.PeopleWereAskedLately": (
        "De vorige peiling begon te kort geleden: van vragen wordt men moe. Wacht nog even.",
        "The last wave began too short a time ago: people tire of questions. Wait a while.",
    ),
    "no.AWaveLastsDays": (
        "Een peiling duurt minstens een dag en hoogstens zestig. Kies een ander einde.",
        "A wave lasts a day at least and sixty at most. Choose another end.",
    ),
    "no.TooFewToAsk": (
        "Er zijn minder dan vijf mensen om te vragen: hun antwoord kan niemand horen.",
        "Fewer than five people would be asked: their answers could be told to nobody.",
    ),
}
