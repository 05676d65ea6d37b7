"""What stands around every page: names of rooms, signing in, and what is said of trouble."""

HOUSE: dict[str, tuple[str, str]] = {
    "title": ("Kiem", "Kiem"),
    "skip": ("Naar de inhoud", "Skip to content"),
    "nav": ("Hoofdmenu", "Main menu"),
    "nav.home": ("Start", "Home"),
    "nav.ideas": ("Ideeën", "Ideas"),
    "nav.inbox": ("Postvak", "Inbox"),
    "nav.reviews": ("Beoordelen", "Reviews"),
    "nav.numbers": ("Cijfers", "Numbers"),
    "nav.challenges": ("Vragen", "Challenges"),
    "nav.learnings": ("Geleerd", "Learnings"),
    "nav.tools": ("Hulpmiddelen", "Tools"),
    "nav.operation": ("Beheer", "Operation"),
    "new": ("Vertel een idee", "Tell an idea"),
    "language.other": ("English", "Nederlands"),
    "sign_in": ("Inloggen", "Sign in"),
    "sign_out": ("Uitloggen", "Sign out"),
    "signed_out": ("Je bent uitgelogd.", "You are signed out."),
    "somebody": ("iemand", "somebody"),
    "you": ("jij", "you"),
    "footer": (
        "Kiem: elk idee krijgt antwoord. Niemand wordt gevolgd.",
        "Kiem: every idea gets an answer. Nobody is watched.",
    ),
    "welcome.title": ("Elk idee krijgt antwoord", "Every idea gets an answer"),
    "welcome.lead": (
        "Vertel wat beter kan. Je hoort meteen wie ernaar kijkt en wanneer je antwoord hebt, met "
        "redenen. En je blijft zien wat ervan komt.",
        "Tell what could be better. You hear at once who looks at it and by when you have an "
        "answer, with reasons. And you keep seeing what becomes of it.",
    ),
    "welcome.first": ("Een naam en een dag", "A name and a day"),
    "welcome.first.more": (
        "Van elk idee weet je wie het antwoord schuldig is, en tot wanneer.",
        "Of every idea you know who owes the answer, and until when.",
    ),
    "welcome.second": ("Proberen en meten", "Tried and measured"),
    "welcome.second.more": (
        "Wat mag, wordt geprobeerd met een meting. Ook wat mislukt, leert ons iets.",
        "What is accepted is tried with a measure. What fails teaches us something too.",
    ),
    "welcome.third": ("Niemand wordt gevolgd", "Nobody is watched"),
    "welcome.third.more": (
        "Cijfers over mensen gaan per maand, en nooit over minder dan vijf.",
        "Numbers about people come by the month, and never about fewer than five.",
    ),
    "away": (
        "Nu niet bereikbaar: {services}. De rest van deze pagina werkt gewoon.",
        "Not reachable now: {services}. The rest of this page works as always.",
    ),
    "away.part": (
        "Dit deel is er nu even niet. Laad de pagina straks opnieuw; wat je elders doet, gaat "
        "door.",
        "This part is not there for the moment. Load the page again in a while; what you do "
        "elsewhere goes on.",
    ),
    "refused.part": ("Dit deel is niet voor jou bedoeld.", "This part is not meant for you."),
    "service.ideas": ("ideeën", "ideas"),
    "service.feedback": ("antwoorden", "answers"),
    "service.metrics": ("cijfers", "numbers"),
    "service.notifications": ("berichten en namen", "notices and names"),
    "error.away.title": ("Even geduld", "One moment"),
    "error.away": (
        "Dit deel van Kiem ({service}) antwoordt nu niet. Probeer het straks nog eens.",
        "This part of Kiem ({service}) does not answer now. Try again in a while.",
    ),
    "again.away": (
        "Er komt nu geen antwoord. Wat je schreef staat hieronder nog. Stuur het straks opnieuw; "
        "dubbel komt het niet aan.",
        "There is no answer now. What you wrote is still below. Send it again in a while; it does "
        "not arrive twice.",
    ),
    "error.session.title": ("Log opnieuw in", "Sign in again"),
    "error.session": (
        "Je was te lang weg, dus dit is niet verstuurd. Log opnieuw in: je komt terug op de pagina "
        "waar je was.",
        "You were away for too long, so this was not sent. Sign in again: you come back to the "
        "page where you were.",
    ),
    "error.again": ("Stuur het nog eens", "Send it again"),
    "error.back": ("Terug naar wat je invulde", "Back to what you filled in"),
    "error.404.title": ("Niets gevonden", "Nothing here"),
    "error.404": (
        "Op dit adres staat niets, of niet meer. Kijk bij je ideeën of in je postvak.",
        "There is nothing at this address, or no more. Look among your ideas or in your inbox.",
    ),
    "error.403.title": ("Niet voor jou", "Not for you"),
    "error.403": (
        "Deze pagina is voor mensen met een andere rol. Denk je dat dat anders moet, vraag het "
        "de ideeënbalie.",
        "This page is for people with another role. If you think that should change, ask the "
        "innovation desk.",
    ),
    "error.429.title": ("Even rustig aan", "A little slower"),
    "error.429": (
        "Je vraagt te vaak achter elkaar. Wacht een paar tellen en laad opnieuw.",
        "You ask too often in a row. Wait a few seconds and load again.",
    ),
    "error.form.title": ("Stuur het nog eens", "Send it once more"),
    "error.form": (
        "Deze pagina was te lang open, of kwam niet van ons. Ga terug, laad opnieuw en stuur het "
        "nog eens.",
        "This page was open for too long, or was not ours. Go back, load again and send it once "
        "more.",
    ),
    "error.413.title": ("Te lang", "Too long"),
    "error.413": (
        "Dit is meer dan hier in één keer kan. Maak het korter en stuur het nog eens.",
        "This is more than fits at once. Make it shorter and send it again.",
    ),
    "error.sign_in.title": ("Inloggen lukte niet", "Signing in did not work"),
    "error.sign_in": (
        "De weg terug van het inloggen klopte niet. Probeer het opnieuw.",
        "The way back from signing in was not right. Try again.",
    ),
    "error.issuer": (
        "Het inlogsysteem van je organisatie geeft nu geen antwoord. Probeer het straks opnieuw.",
        "Your organisation's sign-in gives no answer now. Try again in a while.",
    ),
    "error.500.title": ("Dat ging mis", "That went wrong"),
    "error.500": (
        "Dit ligt aan ons, niet aan jou. Probeer het opnieuw; blijft het zo, noem dan deze code "
        "bij de beheerder: {trace}",
        "This is our fault, not yours. Try again; if it stays, tell an operator this code: {trace}",
    ),
    "error.home": ("Naar de startpagina", "To the home page"),
    "more": ("Meer", "More"),
    "optional": ("(mag leeg)", "(optional)"),
}
