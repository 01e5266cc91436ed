"""koperasi deploy"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from koperasi.errors import UsageError
from koperasi.home import deployments_folder
from koperasi.output import JsonOption, NetworkOption, print_json, say

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from scripts.deployment_config import OpenedMember

PASSWORD_ENV: Final = "KOPERASI_DEPLOYER_PASSWORD"  # noqa: S105 - the name of a setting


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        help="Deploy kontrak, atau teruskan yang terhenti. / Deploy the contracts, or go on where it stopped."
    )(deploy)


def deploy(
    network: NetworkOption = "anvil",
    config: Annotated[
        Path | None,
        typer.Option(
            envvar="KOPERASI_DEPLOYMENT", help="TOML: pengurus pertama, AD/ART. / First officers, by-laws."
        ),
    ] = None,
    opening: Annotated[
        Path | None,
        typer.Option(help="Folder saldo awal: anggotanya dibuka. / Opening balances: members are opened."),
    ] = None,
    rpc: Annotated[str | None, typer.Option(help="Alamat RPC. / RPC endpoint.")] = None,
    keystore: Annotated[
        Path | None,
        typer.Option(
            envvar="KOPERASI_DEPLOYER_KEYSTORE", help="Kunci deployer (JSON). / The deployer's key."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Deploy to a network of networks.toml, and check that the deployer has no power left."""
    from scripts.deploy import deploy as run
    from scripts.networks import load_network

    target = load_network(network, rpc)
    deployer = _open(keystore) if keystore else None
    if deployer is None and not target.development:
        raise UsageError(
            f"Untuk {network} sebutkan berkas kunci deployer dengan --keystore.",
            f"For {network}, name the deployer's key file with --keystore.",
        )
    members = _opened_members(opening, target.chain_id, target.development) if opening else ()
    outcome = run(target, deployments_folder(target.development), config, deployer, members)
    contracts = {name: entry["address"] for name, entry in outcome.state.contracts.items()}
    if json:
        print_json(
            {
                "network": network,
                "chain_id": target.chain_id,
                "file": str(outcome.file),
                "transactions": outcome.transactions,
                "contracts": contracts,
            }
        )
        return
    for name, address in contracts.items():
        print(f"{name:16} {address}")
    say(
        f"{outcome.transactions} transaksi dikirim; pemeriksaan akhir lulus; {outcome.file}",
        f"{outcome.transactions} transactions sent; self-check passed",
    )


def _opened_members(folder: Path, chain_id: int, development: bool) -> "tuple[OpenedMember, ...]":
    """The members of a folder of opening balances; on a local chain who has no signer gets a made-up one."""
    from eth_account import Account

    from backend.office.opening.folder import MEMBERS, Fault, OpeningRefusedError, read_opening
    from rules.dev_keys import development_key
    from scripts.deployment_config import OpenedMember

    found, faults = [], []
    for each in sorted(read_opening(folder).members, key=lambda member: member.member):
        signer = each.signer
        if signer is None and development:
            signer = Account.from_key(development_key("member", each.member, chain_id)).address
        if signer is None:
            faults.append(Fault(MEMBERS, each.row, "signer tidak ada", "signer is missing"))
        else:
            found.append(OpenedMember(each.member, signer, each.signer_kind, each.joined_on))
    if faults:
        raise OpeningRefusedError(faults)
    return tuple(found)


def _open(keystore: Path) -> "LocalAccount":
    """The account in an encrypted key file; the password from KOPERASI_DEPLOYER_PASSWORD or asked for."""
    from eth_account import Account

    password = os.environ.get(PASSWORD_ENV) or typer.prompt(
        "Kata sandi / Password", hide_input=True, err=True
    )
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(keystore.read_text("utf-8"), password))
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"Berkas kunci {keystore} tidak dapat dibuka: {error}",
            f"The key file {keystore} cannot be opened: {error}",
        ) from error
    return account
