"""Settings of the indexer, from the environment and two files; every problem says what to do.

`networks.toml` describes the chains, `deployments/<network>.json` says where the cooperative lives on one.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from indexer.chain.events import Address
from indexer.chain.read import Mode
from indexer.chain.rpc import Endpoint
from indexer.chain.words import both

ROOT: Final = Path(__file__).parent.parent
_Positive = Annotated[int, msgspec.Meta(ge=1)]


class ConfigError(ValueError):
    """A setting that is missing or wrong, and what to write instead, in Indonesian and English."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(both(indonesian, english))


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chain of `networks.toml`, where the fields are explained."""

    chain_id: _Positive
    rpc_env: str
    rpc_default: tuple[str, ...]
    confirmation: Literal["finalized", "depth"]
    revertible_depth: Annotated[int, msgspec.Meta(ge=0)]
    range_limit: _Positive
    gas_cap: _Positive
    block_seconds: _Positive
    development: bool


class _Contract(msgspec.Struct):
    address: str
    block: int


class _Deployment(msgspec.Struct):
    contracts: dict[str, _Contract]


class Variable(StrEnum):
    """Every environment variable the indexer reads, beside `rpc_env` of the network."""

    HOME = "KOPERASI_HOME"
    NETWORK = "KOPERASI_NETWORK"
    LEDGER_URL = "KOPERASI_LEDGER_URL"
    COOPERATIVE_ID = "KOPERASI_COOPERATIVE_ID"
    AUTHORITY = "KOPERASI_AUTHORITY"
    AUTHORITY_BLOCK = "KOPERASI_AUTHORITY_BLOCK"
    PROOF = "KOPERASI_PROOF"
    SAMPLE = "KOPERASI_SAMPLE"
    RPC_TIMEOUT = "KOPERASI_RPC_TIMEOUT"
    POLL_SECONDS = "KOPERASI_POLL_SECONDS"


@dataclass(frozen=True)
class Settings:
    """What a sync needs to know. Times are in seconds."""

    network_name: str
    network: Network
    rpc_urls: tuple[str, ...] = field(repr=False)
    """May hold keys: not for logs."""
    authority: Address
    authority_block: int
    """Block in which Authority was deployed."""
    ledger_url: str = field(repr=False)
    cooperative_id: int = 1
    mode: Mode = Mode.RECEIPTS
    sample: int = 64
    """One in so many of the blocks that need no proof is proven all the same; 0: none."""
    rpc_timeout: float = 20.0
    poll_seconds: float = 1.0

    def endpoints(self) -> list[Endpoint]:
        """The endpoints, not yet asked."""
        return [
            Endpoint(url, timeout=self.rpc_timeout, range_limit=self.network.range_limit)
            for url in self.rpc_urls
        ]


def load_networks(path: Path = ROOT / "networks.toml") -> dict[str, Network]:
    """The chains by name."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), dict[str, Network])
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(
            f"{path} tidak terbaca sebagai daftar jaringan: {error}",
            f"{path} cannot be read as a list of networks: {error}",
        ) from error


def load_settings(
    environment: Mapping[str, str] = os.environ,
    *,
    root: Path = ROOT,
    deployment: Path | None = None,
) -> Settings:
    """Settings from `environment`; Authority's place from there or from the network's deployment file."""
    networks = load_networks(root / "networks.toml")
    name = environment.get(Variable.NETWORK, "anvil")
    if name not in networks:
        known = ", ".join(networks)
        raise ConfigError(
            f"{Variable.NETWORK}={name!r} bukan jaringan: pilih salah satu dari {known}",
            f"{Variable.NETWORK}={name!r} is no network: choose one of {known}",
        )
    network = networks[name]
    authority, block = _authority(environment, deployment or root / "deployments" / f"{name}.json", name)
    home = Path(environment.get(Variable.HOME, root / ".koperasi"))
    return Settings(
        network_name=name,
        network=network,
        rpc_urls=_rpc_urls(environment, name, network),
        authority=authority,
        authority_block=block,
        ledger_url=environment.get(Variable.LEDGER_URL, f"sqlite:///{home / f'ledger-{name}.sqlite'}"),
        cooperative_id=_integer(environment, Variable.COOPERATIVE_ID, 1, least=1),
        mode=_mode(environment),
        sample=_integer(environment, Variable.SAMPLE, 64, least=0),
        rpc_timeout=_seconds(environment, Variable.RPC_TIMEOUT, 20.0),
        poll_seconds=_seconds(environment, Variable.POLL_SECONDS, float(network.block_seconds)),
    )


def _rpc_urls(environment: Mapping[str, str], name: str, network: Network) -> tuple[str, ...]:
    text = environment.get(network.rpc_env, "")
    urls = tuple(url.strip() for url in text.split(",") if url.strip()) or network.rpc_default
    if not urls:
        raise ConfigError(
            f"Jaringan {name} belum punya endpoint RPC: isi {network.rpc_env} dengan satu atau lebih, "
            "dipisah "
            "koma. Sebaiknya dua dari operator berbeda: mereka saling memeriksa.",
            f"No RPC endpoint is set for the network {name}: put one or more into {network.rpc_env}, "
            "separated by commas. Two of different operators are best: they check each other.",
        )
    return urls


def _authority(environment: Mapping[str, str], deployment: Path, name: str) -> tuple[Address, int]:
    if Variable.AUTHORITY in environment:
        text = environment[Variable.AUTHORITY]
        return _address(text, Variable.AUTHORITY), _integer(environment, Variable.AUTHORITY_BLOCK, 0, least=0)
    try:
        contracts = msgspec.json.decode(deployment.read_bytes(), type=_Deployment).contracts
        found = contracts["Authority"]
    except (OSError, msgspec.MsgspecError, KeyError) as error:
        raise ConfigError(
            f"Alamat koperasi di {name} belum diketahui: {deployment} tidak menyebutnya ({error}). Deploy "
            "dulu, "
            f"atau isi {Variable.AUTHORITY} dan {Variable.AUTHORITY_BLOCK} dengan alamat dan blok Authority.",
            f"Where the cooperative lives on {name} is not known: {deployment} does not say ({error}). "
            f"Deploy first, or set {Variable.AUTHORITY} and {Variable.AUTHORITY_BLOCK} to Authority's "
            "address and block.",
        ) from error
    return _address(found.address, str(deployment)), found.block


def _address(text: str, where: str) -> Address:
    try:
        address = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        address = b""
    if len(address) != 20:
        raise ConfigError(
            f"{where}: {text!r} bukan alamat: tulis 0x dan 40 digit heksadesimal",
            f"{where}: {text!r} is no address: write 0x and 40 hex digits",
        )
    return address


def _mode(environment: Mapping[str, str]) -> Mode:
    text = environment.get(Variable.PROOF, Mode.RECEIPTS)
    try:
        return Mode(text)
    except ValueError:
        raise ConfigError(
            f"{Variable.PROOF}={text!r} bukan cara membuktikan blok: tulis {' atau '.join(Mode)}",
            f"{Variable.PROOF}={text!r} is no way to prove blocks: write {' or '.join(Mode)}",
        ) from None


def _integer(environment: Mapping[str, str], variable: Variable, default: int, *, least: int) -> int:
    text = environment.get(variable, str(default))
    if not text.isascii() or not text.isdecimal() or int(text) < least:
        raise ConfigError(
            f"{variable}={text!r} bukan bilangan bulat, paling sedikit {least}",
            f"{variable}={text!r} is no whole number of at least {least}",
        )
    return int(text)


def _seconds(environment: Mapping[str, str], variable: Variable, default: float) -> float:
    text = environment.get(variable, str(default))
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 3600:
        raise ConfigError(
            f"{variable}={text!r} bukan waktu dalam detik: tulis angka di atas 0 dan di bawah 3600",
            f"{variable}={text!r} is no time in seconds: write a number above 0 and below 3600",
        )
    return seconds
