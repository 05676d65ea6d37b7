"""What is said where a form names somebody: by name or by code."""

PEOPLE: dict[str, tuple[str, str]] = {
    "people.one": ("Naam of personeelscode.", "Name or person code."),
    "people.several": (
        "Namen of personeelscodes, met komma's ertussen.",
        "Names or person codes, with commas between them.",
    ),
    "people.which": ("Wie bedoel je?", "Whom do you mean?"),
    "people.which.lead": (
        "Er is nog niets verstuurd. Wat je schreef blijft bewaard, en gaat hierna meteen mee.",
        "Nothing is sent yet. What you wrote is kept, and goes along right after this.",
    ),
    "people.which.one": (
        "Wie bedoel je met \u201c{said}\u201d?",
        "Whom do you mean by \u201c{said}\u201d?",
    ),
    "people.which.more": (
        "Er zijn er meer die zo heten. Ga terug en schrijf de naam verder uit.",
        "There are more who are called so. Go back, and write more of the name.",
    ),
    "people.which.nobody": (
        "Niemand heet \u201c{said}\u201d. Schrijf de naam anders, of de personeelscode.",
        "Nobody is called \u201c{said}\u201d. Write the name in another way, or the person code.",
    ),
    "people.which.code": ("Wie personeelscode {code} heeft", "Whoever has person code {code}"),
    "people.which.send": ("Verstuur", "Send"),
}
