"""What can go wrong on somebody's machine: said in one sentence, with what to do about it."""


class Trouble(Exception):
    """A start that cannot succeed: `what` is wrong and the `remedy` that helps."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}\n  {remedy}")
        self.what = what
        self.remedy = remedy
