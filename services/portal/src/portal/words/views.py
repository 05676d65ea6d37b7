"""What the page of the views says that somebody is asked for."""

VIEWS: dict[str, tuple[str, str]] = {
    "views.title": ("Jouw blik gevraagd", "Your view is asked for"),
    "views.lead": (
        "Voordat een idee antwoord krijgt wil iemand weten hoe jij het ziet.",
        "Before an idea is answered somebody wishes to know how you see it.",
    ),
    "views.done": ("Dank je. Wie het vroeg leest het.", "Thank you. Who asked will read it."),
    "views.by": ("{who} vraagt", "{who} asks"),
    "views.team": ("het raakt jouw mensen", "it touches your people"),
    "views.yours": ("Hoe zie jij het?", "How do you see it?"),
    "views.who": (
        "Wie beoordeelt leest dit; de indiener alleen wat de beoordelaar ervan aanhaalt.",
        "The reviewer reads this; the author only what the reviewer quotes of it.",
    ),
    "views.send": ("Geef je blik", "Give your view"),
    "views.empty": ("Schrijf eerst hoe jij het ziet.", "First write how you see it."),
    "views.none": ("Niemand wacht op jouw blik.", "Nobody waits for your view."),
    "views.link.many": ("Je blik is {count} keer gevraagd", "Your view is asked for {count} times"),
    "views.link.one": ("Je blik is één keer gevraagd", "Your view is asked for once"),
}
