"""The networks of networks.toml, as deployment needs them."""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.errors import DeploymentError
from scripts.toolchain import ROOT

NETWORKS_FILE = ROOT / "networks.toml"


@dataclass(frozen=True)
class Network:
    """A chain by name. range_limit: most blocks asked for at once; gas_cap: most gas of one transaction;
    development: development keys may sign.
    """

    name: str
    chain_id: int
    rpc_env: str
    rpc_urls: tuple[str, ...]
    range_limit: int
    gas_cap: int
    development: bool


def load_network(name: str, rpc_url: str | None = None, file: Path = NETWORKS_FILE) -> Network:
    """The network `name`, with `rpc_url` or the endpoints of its environment variable or its defaults.

    DeploymentError if there is no such network, a field is missing or wrong, or it has no endpoint.
    """
    tables = _read(file)
    if name not in tables:
        known = ", ".join(sorted(tables))
        raise DeploymentError(
            f"Jaringan {name!r} tidak ada di {file.name}. Yang ada: {known}.",
            f"There is no network {name!r} in {file.name}. There are: {known}.",
        )
    table = tables[name]
    rpc_env = _field(table, name, "rpc_env", str)
    return Network(
        name=name,
        chain_id=_field(table, name, "chain_id", int),
        rpc_env=rpc_env,
        rpc_urls=_endpoints(name, rpc_env, rpc_url, table),
        range_limit=_field(table, name, "range_limit", int),
        gas_cap=_field(table, name, "gas_cap", int),
        development=_field(table, name, "development", bool),
    )


def network_names(file: Path = NETWORKS_FILE) -> list[str]:
    """The names of all networks."""
    return sorted(_read(file))


def _endpoints(name: str, rpc_env: str, rpc_url: str | None, table: dict[str, Any]) -> tuple[str, ...]:
    given = [rpc_url] if rpc_url else os.environ.get(rpc_env, "").split(",")
    urls = [url.strip() for url in given if url.strip()] or _field(table, name, "rpc_default", list)
    if not urls:
        raise DeploymentError(
            f"Jaringan {name} belum punya alamat RPC. Isi {rpc_env}, misalnya {rpc_env}=https://...",
            f"The network {name} has no RPC endpoint yet. Set {rpc_env}, for example {rpc_env}=https://...",
        )
    for url in urls:
        if not re.match(r"https?://[^/]+", url):
            raise DeploymentError(
                f"{url!r} bukan alamat RPC: mulai dengan http:// atau https://.",
                f"{url!r} is no RPC endpoint: it starts with http:// or https://.",
            )
    return tuple(urls)


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DeploymentError(
            f"{file.name} tidak terbaca: {error}", f"{file.name} cannot be read: {error}"
        ) from error
    return {name: table for name, table in tables.items() if isinstance(table, dict)}


def _field(table: dict[str, Any], name: str, field: str, kind: type) -> Any:
    value = table.get(field)
    if type(value) is not kind:
        raise DeploymentError(
            f"{NETWORKS_FILE.name} [{name}]: {field} harus {kind.__name__}, bukan {value!r}.",
            f"{NETWORKS_FILE.name} [{name}]: {field} must be a {kind.__name__}, not {value!r}.",
        )
    return value
