"""The network that a deployment goes to: a chain of networks.toml, and its endpoints."""

import os
import re
from dataclasses import dataclass

from indexer.config import ConfigError, load_networks
from indexer.config import Network as Chain
from scripts.errors import DeploymentError


@dataclass(frozen=True)
class Network:
    """A chain by name, as networks.toml has it, with the endpoints to use."""

    name: str
    chain: Chain
    rpc_urls: tuple[str, ...]

    @property
    def chain_id(self) -> int:
        return self.chain.chain_id

    @property
    def development(self) -> bool:
        """Whether development keys may sign."""
        return self.chain.development


def load_network(name: str, rpc_url: str | None = None) -> Network:
    """The network `name`, with `rpc_url` or the endpoints of its environment variable or its defaults.

    DeploymentError if there is no such network, networks.toml is wrong, or it has no endpoint.
    """
    try:
        chains = load_networks()
    except ConfigError as error:
        raise DeploymentError(f"networks.toml tidak terbaca: {error}", str(error)) from error
    if name not in chains:
        known = ", ".join(chains)
        raise DeploymentError(
            f"Jaringan {name!r} tidak ada di networks.toml. Yang ada: {known}.",
            f"There is no network {name!r} in networks.toml. There are: {known}.",
        )
    return Network(name, chains[name], _endpoints(name, chains[name], rpc_url))


def _endpoints(name: str, chain: Chain, rpc_url: str | None) -> tuple[str, ...]:
    given = [rpc_url] if rpc_url else os.environ.get(chain.rpc_env, "").split(",")
    urls = tuple(url.strip() for url in given if url.strip()) or chain.rpc_default
    if not urls:
        raise DeploymentError(
            f"Jaringan {name} belum punya alamat RPC. Isi {chain.rpc_env}, misalnya "
            f"{chain.rpc_env}=https://...",
            f"The network {name} has no RPC endpoint yet. Set {chain.rpc_env}, for example "
            f"{chain.rpc_env}=https://...",
        )
    for url in urls:
        if not re.match(r"https?://[^/]+", url):
            raise DeploymentError(
                f"{url!r} bukan alamat RPC: mulai dengan http:// atau https://.",
                f"{url!r} is no RPC endpoint: it starts with http:// or https://.",
            )
    return urls


def shown(url: str) -> str:
    """An endpoint without what may be a key."""
    found = re.match(r"(https?://)(?:[^/@]*@)?([^/?]+)", url)
    return "".join(found.groups()) if found else "?"
