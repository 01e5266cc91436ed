"""An agenda's actions as the contracts take them."""

from eth_abi.exceptions import EncodingError

from backend.chain import Chain
from backend.meetings.agenda import Action


class ActionInvalidError(ValueError):
    """An action of an agenda that no contract of the deployment can be asked for."""

    def __init__(self, action: Action, indonesian: str, english: str) -> None:
        name = f"{action.contract}.{action.function}"
        self.indonesian = f"Tindakan {name}: {indonesian}."
        self.english = f"The action {name}: {english}."
        super().__init__(f"{self.indonesian} / {self.english}")


def encoded(chain: Chain, action: Action) -> tuple[str, bytes]:
    """IRAT.Action: target and call data by the ABI. ActionInvalidError if contract, function or arguments
    are not those of the deployment."""
    try:
        target = chain.address(action.contract)
    except KeyError:
        raise ActionInvalidError(action, "kontrak tidak dikenal", "unknown contract") from None
    if not chain.changes(action.contract, action.function):
        raise ActionInvalidError(
            action,
            "fungsi tidak dikenal, atau tidak mengubah apa pun",
            "unknown function, or one that changes nothing",
        )
    try:
        data = chain.encode(action.contract, action.function, action.arguments)
    except (EncodingError, TypeError, ValueError) as error:
        raise ActionInvalidError(action, f"argumen salah ({error})", f"wrong arguments ({error})") from error
    return target, bytes.fromhex(data[2:])
