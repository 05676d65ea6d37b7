"""What is said of telling without a name, of codes, and of photos."""

WAYS: dict[str, tuple[str, str]] = {
    "nameless": ("iemand zonder naam", "somebody without a name"),
    "way.title": (
        "Op jouw naam. Toch liever niet?",
        "Under your name. Would you rather not?",
    ),
    "way.legend": ("Wie mag weten dat het van jou is?", "Who may know that it is yours?"),
    "way.named": ("Op mijn naam", "Under my name"),
    "way.named.more": (
        "iedereen ziet van wie het is, en kan meedenken",
        "everybody sees whose it is, and can think along",
    ),
    "way.confidential": ("Vertrouwelijk", "Confidential"),
    "way.confidential.more": (
        "alleen wie beoordeelt kan vragen van wie het is; je krijgt een code",
        "only the reviewer can ask whose it is; you get a code",
    ),
    "way.sealed": ("Verzegeld", "Sealed"),
    "way.sealed.more": (
        "niemand weet van wie het is, ook wij niet; alleen de code opent het",
        "nobody knows whose it is, nor do we; only the code opens it",
    ),
    "sealed.title": ("Vertel het zonder naam", "Tell it without a name"),
    "sealed.lead": (
        "Je hoeft niet in te loggen. Je krijgt een code, en daarmee een antwoord.",
        "You need not sign in. You get a code, and with it an answer.",
    ),
    "sealed.alike": (
        "Hier zoeken we geen ideeën die erop lijken: die zijn van collega's, en hier vraagt "
        "niemand je naam. Met een account kun je eerst kijken; wat je daar zoekt, zoek je onder "
        "je eigen naam.",
        "Here we look for no ideas like it: those are of colleagues, and here nobody asks your "
        "name. With an account you can look first; what you look for there you look for under "
        "your own name.",
    ),
    "sealed.alike.look": ("Zoek in de ideeën", "Look among the ideas"),
    "sealed.send": ("Verstuur verzegeld", "Send it sealed"),
    "sealed.promise": ("Wat verzegeld betekent", "What sealed means"),
    "sealed.nobody": (
        "Niemand weet wie je bent: er wordt geen naam, apparaat of netwerk bij bewaard.",
        "Nobody knows who you are: no name, device or network is kept with it.",
    ),
    "sealed.code": (
        "De code is de enige sleutel. Ben je die kwijt, dan kan niemand je een nieuwe geven.",
        "The code is the only key. If you lose it, nobody can give you another.",
    ),
    "sealed.words": (
        "Wat je schrijft kan verraden wie je bent. Lees het nog eens na.",
        "What you write may tell who you are. Read it once more.",
    ),
    "sealed.device": (
        "Op een apparaat van het werk kan de beheerder zien dat je hier was, niet wat je schreef.",
        "On a device of your work its administrator can see that you were here, not what you "
        "wrote.",
    ),
    "sealed.away": (
        "Er komt nu geen antwoord. Je tekst staat hieronder nog; verstuur straks opnieuw.",
        "There is no answer now. Your text is still below; send it again in a while.",
    ),
    "sealed.busy": (
        "Het is hier nu druk. Je tekst staat hieronder nog; verstuur hem over een minuut opnieuw.",
        "It is busy here now. Your text is still below; send it again in a minute.",
    ),
    "sealed.hard": (
        "Er komen nu veel verzegelde ideeën binnen. Probeer het over een uur, of in een browser "
        "met scripts.",
        "Many sealed ideas are coming in. Try again in an hour, or in a browser with scripts.",
    ),
    "sealed.offline": (
        "Er is nu geen netwerk. Laat deze pagina open: je tekst staat alleen hier. Verstuur "
        "opnieuw zodra er netwerk is.",
        "There is no network now. Leave this page open: your text is only here. Send it again as "
        "soon as there is a network.",
    ),
    "code.title": ("Bewaar deze code", "Keep this code"),
    "code.sent": ("Je idee is verstuurd.", "Your idea is sent."),
    "code.lead": (
        "Hiermee lees je het antwoord, beantwoord je vragen en vraag je een tweede blik. We tonen "
        "hem één keer: schrijf hem op, of maak er een foto van.",
        "With it you read the answer, answer questions and ask for a second look. We show it "
        "once: write it down, or take a photo of it.",
    ),
    "code.desk": ("De ideeënbalie", "The innovation desk"),
    "code.confidential": (
        "Ben je hem kwijt, dan kun je het idee ook met je eigen account openen, bij Jouw ideeën.",
        "If you lose it, you can open the idea with your own account too, under Your ideas.",
    ),
    "code.sealed": (
        "Ben je hem kwijt, dan kan niemand je een nieuwe geven.",
        "If you lose it, nobody can give you another.",
    ),
    "code.look": ("Bekijk je idee", "Look at your idea"),
    "follow.title": ("Volg een idee met een code", "Follow an idea by its code"),
    "follow.lead": (
        "Zonder account zie je hoe het ermee staat, en kun je antwoorden.",
        "Without an account you see how it stands, and can answer.",
    ),
    "follow.code": ("Je code", "Your code"),
    "follow.code.help": (
        "Zoals je hem kreeg; streepjes en hoofdletters maken niet uit.",
        "As you got it; dashes and capitals do not matter.",
    ),
    "follow.open": ("Open het idee", "Open the idea"),
    "follow.none": (
        "Nog geen code? Vertel een idee zonder naam.",
        "No code yet? Tell an idea without a name.",
    ),
    "follow.again": (
        "De code is niet meer open. Vul hem nog eens in.",
        "The code is not open any more. Fill it in once more.",
    ),
    "follow.bye": (
        "Gesloten. Wie hier na jou zit, ziet niets van je idee.",
        "Closed. Whoever sits here next sees nothing of your idea.",
    ),
    "follow.close": ("Sluit dit idee", "Close this idea"),
    "follow.erase": ("Wis het zonder spoor", "Erase it without a trace"),
    "follow.erase.help": (
        "Alle woorden en foto's van dit idee gaan weg, overal. Dat kan niet ongedaan.",
        "All words and photos of this idea go, everywhere. It can't be undone.",
    ),
    "follow.erase.sure": ("Ja, wis alles", "Yes, erase everything"),
    "follow.erase.send": ("Wis dit idee", "Erase this idea"),
    "follow.erase.unsure": (
        "Vink aan dat je alles wilt wissen. Er is nu niets gewist.",
        "Tick that you want everything erased. Nothing is erased now.",
    ),
    "idea.hidden.title": ("Verteld zonder naam", "Told without a name"),
    "idea.hidden": (
        "Dit idee is zonder naam verteld. De woorden zijn voor de indiener en wie antwoordt.",
        "This idea was told without a name. Its words are for its author and whoever answers.",
    ),
    "own.title": ("Is dit idee van jou?", "Is this idea yours?"),
    "own.help": (
        "Open het als iemand zonder naam, of laat zien dat het van jou is. Dat laatste kan niet "
        "terug.",
        "Open it as somebody without a name, or show that it is yours. The latter can't be "
        "taken back.",
    ),
    "own.code": ("De code", "Its code"),
    "own.open": ("Open het idee", "Open the idea"),
    "own.reveal": ("Laat zien dat het van mij is", "Show that it is mine"),
    "draft.keep": ("Bewaar voor later", "Keep for later"),
    "draft.kept": (
        "Bewaard, alleen voor jou. Je vindt het op elk apparaat terug op deze pagina.",
        "Kept, for you alone. You find it on this page from any device.",
    ),
    "draft.title": ("Je concepten", "Your drafts"),
    "draft.untitled": ("zonder titel", "without a title"),
    "draft.drop": ("Gooi weg", "Throw away"),
    "no.ThereAreTooManyDrafts": (
        "Je hebt zoveel concepten als er kunnen. Gooi er eerst een weg.",
        "You have as many drafts as there may be. Throw one away first.",
    ),
    "photos": ("Foto's", "Photos"),
    "photo.camera": ("Maak een foto (mag leeg)", "Take a photo (optional)"),
    "photo.choose": ("Of kies foto's (mag leeg)", "Or choose photos (optional)"),
    "photo.alt": ("Foto {count} bij: {title}", "Photo {count} of: {title}"),
    "photo.add": ("Voeg een foto toe", "Add a photo"),
    "photo.send": ("Plaats de foto", "Post the photo"),
    "photo.remove": ("Haal foto {count} weg", "Remove photo {count}"),
    "photo.none": ("Kies eerst een foto.", "Choose a photo first."),
    "photo.busy": (
        "Er komen nu veel foto's tegelijk binnen. Probeer het over een minuut opnieuw.",
        "Many photos arrive at the same time. Try again in a minute.",
    ),
    "photo.again": (
        "Kies je foto's opnieuw: die bewaart een browser niet.",
        "Choose your photos again: a browser does not keep those.",
    ),
    "no.ThePhotoIsTooHeavy": (
        "Je idee staat er, maar een foto is te groot: meer dan 12 MB. Maak hem kleiner en voeg "
        "hem hieronder toe.",
        "Your idea is there, but a photo is too large: more than 12 MB. Make it smaller and add "
        "it below.",
    ),
    "no.ThePhotoIsTooLarge": (
        "Een foto heeft te veel beeldpunten. Maak hem kleiner en voeg hem opnieuw toe.",
        "A photo has too many pixels. Make it smaller and add it again.",
    ),
    "no.ThePhotoCannotBeRead": (
        "Een van de bestanden is geen foto die we kunnen lezen. Stuur een JPEG, PNG of WebP.",
        "One of the files is no photo that we can read. Send a JPEG, PNG or WebP.",
    ),
    "no.ThePhotoDidNotArrive": (
        "Niet elke foto kwam aan. Voeg hem hieronder opnieuw toe.",
        "Not every photo arrived. Add it again below.",
    ),
    "no.ThereAreEnoughPhotos": (
        "Er staan al zoveel foto's als er kunnen. Haal er eerst een weg.",
        "There are as many photos as there may be. Remove one first.",
    ),
    "no.ThereIsNoSuchPhoto": ("Die foto is er niet meer.", "That photo is not there any more."),
    "follow.unknown": (
        "Geen idee heeft deze code. Kijk hoe hij geschreven is.",
        "No idea has this code. Look at how it is written.",
    ),
    "no.OnlyTheAuthorReveals": (
        "Alleen de indiener kan dit, met de code.",
        "Only the author can do this, with the code.",
    ),
    "no.TooManyRequests": (
        "Het is nu te druk. Wacht even en probeer het opnieuw.",
        "It is too busy now. Wait a little and try again.",
    ),
    "no.SayThatYouStandApart": (
        "Dit idee is verzegeld. Vink aan dat het niet van jou is, noch van iemand die jij leidt.",
        "This idea is sealed. Tick that it is neither yours nor of anybody whom you lead.",
    ),
}
