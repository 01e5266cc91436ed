"""What stops a recount, in both languages."""


class RecountError(Exception):
    """The recount cannot be made: what is missing or wrong, and what to do."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian = indonesian
        self.english = english
        super().__init__(f"{indonesian} / {english}")
