"""What the page of the working-day calendar says."""

CALENDARS: dict[str, tuple[str, str]] = {
    "calendar.title": ("De werkdagen", "The working days"),
    "calendar.lead": (
        "Beloften tellen in werkdagen: weekeinden en feestdagen tellen niet mee, en een dag "
        "eindigt om vijf uur 's middags.",
        "Promises are counted in working days: weekends and public holidays do not count, and a "
        "day ends at five in the afternoon.",
    ),
    "calendar.of": (
        "Feestdagen van {country}, tijd van {zone}; wie Kiem beheert stelt dat in.",
        "Public holidays of {country}, time of {zone}; whoever runs Kiem sets them.",
    ),
    "calendar.holidays": ("Feestdagen in {year}", "Public holidays in {year}"),
    "calendar.none": ("Dit jaar heeft geen feestdagen.", "This year has no public holidays."),
    "calendar.ahead": ("Wanneer is dat?", "When is that?"),
    "calendar.from": ("Vanaf", "From"),
    "calendar.count": ("Aantal werkdagen", "Number of working days"),
    "calendar.go": ("Reken uit", "Count"),
    "calendar.counted": ("Dat is {day}.", "That is {day}."),
    "calendar.worked": ("Werkdagen in {year}", "Working days in {year}"),
    "calendar.month": ("Maand", "Month"),
    "calendar.days": ("Werkdagen", "Working days"),
    "calendar.link": ("De werkdagen en feestdagen", "The working days and holidays"),
}
