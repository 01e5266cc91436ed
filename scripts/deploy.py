"""Deploys a cooperative's contracts through Brownie.

A run goes on where the one before was stopped; a run after the end changes nothing.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils import keccak, to_checksum_address
from web3 import Web3
from web3.types import RPCEndpoint

from rules.calendar import day_of_timestamp
from rules.dev_keys import development_key
from scripts import toolchain
from scripts.compilation import standard_input, storage_layouts
from scripts.deployment_config import (
    DeploymentConfig,
    OpenedMember,
    load_config,
    refuse_development_account,
)
from scripts.deployment_plan import SOURCES, Plan, make_plan
from scripts.deployment_state import DeploymentState, locked, write_whole
from scripts.errors import DeploymentError
from scripts.networks import Network, shown
from scripts.self_check import Checker
from scripts.transactions import Sender

_RATE_MARGIN_SECONDS: Final = 3_600
_DEVELOPMENT_BALANCE: Final = 10**24
_TIMEOUT_SECONDS: Final = 60


@dataclass(frozen=True)
class Outcome:
    """What a run did. transactions: how many it sent; file: where the deployment is written down."""

    state: DeploymentState
    transactions: int
    file: Path


def deploy(
    network: Network,
    folder: Path,
    config_file: Path | None = None,
    deployer: LocalAccount | None = None,
    opened_members: tuple[OpenedMember, ...] = (),
) -> Outcome:
    """Deploy to `network`, and write `<network>.json` and `<network>.standard-input.json` into `folder`.

    deployer: who pays; development's own on a local network if None. opened_members: whom the register begins
    with, and whose balances their meeting will open. Ends with the self-check.
    DeploymentError, or DevelopmentKeyRefused, says what is wrong; the next run goes on from there.
    """
    if deployer is None:
        deployer = Account.from_key(development_key("deployer", 0, network.chain_id))
    elif not network.development:
        refuse_development_account(deployer.address)
    file = folder / f"{network.name}.json"
    with locked(folder), connected(network) as web3:
        load = partial(load_config, network, file=config_file, opened_members=opened_members)
        state = _state(web3, network, file, load, deployer.address)
        config = load(state.started_at)
        _check_deployer(config, deployer.address)
        if network.development:
            _fund(web3, deployer.address, config)
        sender = Sender(web3, deployer, state, file, network.chain.gas_cap, network.development)
        run = Run(web3, network, state, config, sender)
        sent = run.carry_out()
        if not state.complete or sent:
            run.write_down()
        else:
            run.check_untouched()
    return Outcome(state, sent, file)


@contextmanager
def connected(network: Network) -> Iterator[Web3]:
    """Brownie's web3 on the first endpoint of `network` that answers and is that chain."""
    brownie = toolchain.load_brownie()
    problems = []
    for url in network.rpc_urls:
        brownie._config.CONFIG.networks[network.name] = {
            "id": network.name,
            "name": network.name,
            "host": url,
            "chainid": str(network.chain_id),
            "timeout": _TIMEOUT_SECONDS,
        }
        if brownie.network.is_connected():
            brownie.network.disconnect(kill_rpc=False)
        try:
            brownie.network.connect(network.name, launch_rpc=False)
            chain_id = brownie.web3.eth.chain_id
        except Exception as error:  # whatever a provider, a proxy or Brownie makes of a dead endpoint
            problems.append(f"{shown(url)}: {type(error).__name__}")
            continue
        if chain_id != network.chain_id:
            brownie.network.disconnect(kill_rpc=False)
            raise DeploymentError(
                f"{shown(url)} adalah chain {chain_id}, bukan {network.chain_id} ({network.name}).",
                f"{shown(url)} is chain {chain_id}, not {network.chain_id} ({network.name}).",
            )
        try:
            yield brownie.web3
        finally:
            brownie.network.disconnect(kill_rpc=False)
        return
    listed = "; ".join(problems)
    raise DeploymentError(
        f"Tidak ada RPC {network.name} yang menjawab ({listed}). "
        f"{'Jalankan: koperasi chain' * network.development}",
        f"No RPC endpoint of {network.name} answers ({listed}). "
        f"{'Run: koperasi chain' * network.development}",
    )


def _state(
    web3: Web3, network: Network, file: Path, load: Callable[[int], DeploymentConfig], deployer: str
) -> DeploymentState:
    """The state in `file` if it is of this chain and deployer, else a new one."""
    genesis_hash = "0x" + web3.eth.get_block(0)["hash"].hex().removeprefix("0x")
    state = DeploymentState.read(file)
    if state is not None and _belongs(state, network, genesis_hash, deployer, file):
        return state
    started_at = int(web3.eth.get_block("latest")["timestamp"])
    config = load(started_at)
    return DeploymentState(
        network=network.name,
        chain_id=network.chain_id,
        genesis_hash=genesis_hash,
        deployer=deployer,
        first_nonce=web3.eth.get_transaction_count(to_checksum_address(deployer)),
        started_at=started_at,
        rate_from_day=_tomorrow(started_at),
        parameters=_plain(config.as_json()),
    )


def _belongs(state: DeploymentState, network: Network, genesis_hash: str, deployer: str, file: Path) -> bool:
    """Whether `state` is of this chain. A local chain that was started anew has forgotten it: False."""
    if (state.network, state.chain_id, state.genesis_hash) != (network.name, network.chain_id, genesis_hash):
        if network.development:
            return False
        raise DeploymentError(
            f"{file} milik chain lain. Pindahkan berkas itu dulu.",
            f"{file} is of another chain. Move that file away first.",
        )
    if state.deployer != deployer:
        raise DeploymentError(
            f"{file} dimulai oleh {state.deployer}, bukan {deployer}.",
            f"{file} was begun by {state.deployer}, not by {deployer}.",
        )
    return True


@dataclass(frozen=True)
class Run:
    """One run over a deployment's plan."""

    web3: Web3
    network: Network
    state: DeploymentState
    config: DeploymentConfig
    sender: Sender

    def carry_out(self) -> int:
        """Send what is missing, and count it; the deployer gives its power away when all else stands."""
        self._check_parameters()
        sent = self.sender.run(self._plan().creation)
        self._move_rate_day()
        plan = self._plan()
        sent += self.sender.run(plan.configuration)
        if not self.sender.has_done(plan.handover[0]):
            self._checker(plan).check_configured()
        sent += self.sender.run(plan.handover)
        if not self.state.complete:
            self._checker(plan).check_handed_over()
        self._checker(plan).check_powerless()
        return sent

    def check_untouched(self) -> None:
        """Every contract has the code that was written down."""
        for name, entry in self.state.contracts.items():
            found = _code_hash(self.web3, entry["address"])
            if found != entry["code_hash"]:
                raise DeploymentError(
                    f"Kode {name} di {entry['address']} bukan yang dideploy ({found}).",
                    f"The code of {name} at {entry['address']} is not what was deployed ({found}).",
                )

    def write_down(self) -> None:
        """Complete the file with what others need to know of the result."""
        plan, state = self._plan(), self.state
        layouts = storage_layouts(set(SOURCES.values()))
        state.contracts = {
            name: {
                "contract": SOURCES[name],
                "address": plan.addresses[name],
                "block": state.steps[step.key].block,
                "tx": state.steps[step.key].transactions[-1],
                "code_hash": _code_hash(self.web3, plan.addresses[name]),
                "constructor_arguments": _plain(plan.arguments[name]),
                "storage_layout": layouts[SOURCES[name]],
            }
            for name, step in zip(SOURCES, plan.creation, strict=True)
        }
        state.complete = True
        text = json.dumps(standard_input(SOURCES.values()), indent=1) + "\n"
        write_whole(self.sender.file.with_name(f"{state.network}.standard-input.json"), text)
        state.write(self.sender.file)

    def _check_parameters(self) -> None:
        if self.state.parameters != _plain(self.config.as_json()):
            file = self.sender.file
            raise DeploymentError(
                f"Parameter berbeda dari awal deployment ini ({file}). Pakai parameter yang sama, atau "
                "pindahkan "
                "berkas itu untuk mulai dari awal.",
                f"The parameters differ from those this deployment began with ({file}). Use the same ones, "
                "or move "
                "that file away to begin anew.",
            )

    def _move_rate_day(self) -> None:
        """A rate starts after today: a run that goes on days later asks for another day."""
        today = day_of_timestamp(self._now())
        if self.state.rate_from_day <= today and not self.sender.has_done(self._plan().step("interest rate")):
            self.state.rate_from_day = _tomorrow(self._now())

    def _now(self) -> int:
        return int(self.web3.eth.get_block("latest")["timestamp"])

    def _plan(self) -> Plan:
        state = self.state
        return make_plan(self.config, state.deployer, state.first_nonce, state.rate_from_day)

    def _checker(self, plan: Plan) -> Checker:
        blocks = [record.block for record in self.state.steps.values() if record.block is not None]
        return Checker(
            web3=self.web3,
            plan=plan,
            config=self.config,
            deployer=self.state.deployer,
            first_block=min(blocks),
            last_block=max(blocks),
            range_limit=self.network.chain.range_limit,
        )


def _check_deployer(config: DeploymentConfig, deployer: str) -> None:
    if any(officer.account == deployer for officer in config.officers):
        raise DeploymentError(
            f"Deployer {deployer} tidak boleh memegang jabatan: pakailah akun lain untuk deployment.",
            f"The deployer {deployer} cannot hold an office: deploy with another account.",
        )


def _tomorrow(timestamp: int) -> int:
    """The WIB day after `timestamp`'s, an hour's margin given: a rate starts in the future of its block."""
    return day_of_timestamp(timestamp + _RATE_MARGIN_SECONDS) + 1


def _fund(web3: Web3, deployer: str, config: DeploymentConfig) -> None:
    for account in (deployer, *(officer.account for officer in config.officers)):
        web3.provider.make_request(RPCEndpoint("anvil_setBalance"), [account, hex(_DEVELOPMENT_BALANCE)])


def _code_hash(web3: Web3, address: str) -> str:
    return "0x" + keccak(web3.eth.get_code(to_checksum_address(address))).hex()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
