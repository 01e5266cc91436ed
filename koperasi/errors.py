"""Errors that a user sees: in Indonesian and English, with an exit code."""

from typing import ClassVar


class KoperasiError(Exception):
    """Something that the user can put right: what is wrong and what to do, in both languages."""

    exit_code: ClassVar[int] = 1

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian = indonesian
        self.english = english
        super().__init__(f"{indonesian} / {english}")


class UsageError(KoperasiError):
    """A setting or an argument that cannot be."""

    exit_code = 2
