"""Keys of made-up members and officers, for local chains only: anybody can derive them from a phrase."""

from hashlib import sha256
from typing import Final

LOCAL_CHAIN_IDS: Final = frozenset({31337, 1337})

_PHRASE: Final = (
    "kunci pengembangan koperasi: siapa pun dapat menurunkannya, jangan dipakai untuk uang sungguhan"
)
_CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_MAX_NUMBER: Final = 2**32 - 1


class DevelopmentKeyRefused(ValueError):  # noqa: N818 - a refusal, in the words of the house
    """A development key was asked for on a chain that is not local."""

    def __init__(self, chain_id: int) -> None:
        self.chain_id = chain_id
        super().__init__(
            f"Kunci pengembangan ditolak di chain {chain_id}: kunci itu diketahui umum dan hanya berlaku di "
            "chain "
            f"lokal ({_local()}). Pakailah akun milik sendiri. / Development keys are refused on chain "
            f"{chain_id}: "
            f"everybody knows them, and they are for local chains only ({_local()}). Use accounts of your "
            "own."
        )


def development_key(purpose: str, number: int, chain_id: int) -> bytes:
    """The private key (32 bytes, secp256k1) of person `number` for a purpose such as "member" or "office".

    DevelopmentKeyRefused on any chain that is not local; ValueError on a purpose that is no lower-case ASCII
    word or a number outside 0 to 2^32 - 1.
    """
    if chain_id not in LOCAL_CHAIN_IDS:
        raise DevelopmentKeyRefused(chain_id)
    if not (purpose.isascii() and purpose.isalpha() and purpose.islower()):
        raise ValueError(f"{purpose!r} is no purpose of a key: write a lower-case word such as 'member'")
    if not 0 <= number <= _MAX_NUMBER:
        raise ValueError(f"{number} is no number of a person: 0 to {_MAX_NUMBER}")
    seed = f"{_PHRASE}|{purpose}|{number}".encode()
    secret = int.from_bytes(sha256(seed).digest() + sha256(b"2" + seed).digest())
    return (secret % (_CURVE_ORDER - 1) + 1).to_bytes(32)


def _local() -> str:
    return ", ".join(str(chain_id) for chain_id in sorted(LOCAL_CHAIN_IDS))
