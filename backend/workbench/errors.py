"""What the workbench refuses, in Indonesian and English, with what to do."""


class WorkbenchError(ValueError):
    """Something that is refused; nothing of it was kept."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian, self.english = indonesian, english
        super().__init__(f"{indonesian} / {english}")


class ProfileError(WorkbenchError):
    """A description of a bank's CSV that cannot be used."""


class StatementRefusedError(WorkbenchError):
    """A statement that cannot be read or does not add up: nothing of it was kept."""


class StatementGapError(StatementRefusedError):
    """A statement that does not follow on those that are here."""


class UnknownItemError(WorkbenchError):
    """A line, movement, match, count or difference that is not here."""


class MatchRefusedError(WorkbenchError):
    """A match that a person asked for and that cannot be."""


class ConsentRefusedError(WorkbenchError):
    """A signature, or a pair of persons, that does not do."""
