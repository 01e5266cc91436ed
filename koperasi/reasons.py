"""The option that says why terms change or penalty is waived."""

from enum import StrEnum
from typing import Annotated

import typer


class Why(StrEnum):
    """The reasons of `backend.loans.words.Reason`, without importing it."""

    REQUEST = "REQUEST"
    HARDSHIP = "HARDSHIP"
    DISASTER = "DISASTER"
    CORRECTION = "CORRECTION"


WhyOption = Annotated[Why, typer.Option("--reason", help="Alasan. / Why.")]
