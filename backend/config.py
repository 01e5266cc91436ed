"""Settings of the server, read from the environment in this one place. docs/settings.md lists them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from backend.documents.kinds import PUBLIC

PREFIX: Final = "KOPERASI_"
_ROOT: Final = Path(__file__).resolve().parent.parent
_LEDGERS: Final = ("sqlite", "postgresql+psycopg")


class SettingsError(ValueError):
    """Settings that cannot be: which, and what to do, in Indonesian and English."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        listed = "; ".join(f"{name}: {reason}" for name, reason in problems)
        self.indonesian = f"Pengaturan tidak dapat dipakai: {listed}. Lihat docs/settings.md."
        self.english = f"Settings that cannot be used: {listed}. See docs/settings.md."
        super().__init__(f"{self.indonesian} / {self.english}")


class Settings(BaseModel):
    """Each field is the variable KOPERASI_<FIELD>."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Annotated[Path, Field(description="Folder of the state on this machine.")] = _ROOT / ".koperasi"
    network: Annotated[str, Field(description="Network of networks.toml whose books are served.")] = "anvil"
    ledger_url: Annotated[
        str,
        Field(
            description="Ledger database, sqlite:///path or postgresql+psycopg://user@host/name; by default "
            "ledger-<network>.sqlite in the home."
        ),
    ] = ""
    office_url: Annotated[
        str,
        Field(description="Office database, the same forms; by default office-<network>.sqlite in the home."),
    ] = ""
    ledger_readers: Annotated[
        int, Field(ge=1, le=64, description="Connections to a PostgreSQL ledger that a process keeps.")
    ] = 8
    cooperative_id: Annotated[int, Field(ge=1, description="The cooperative whose books are served.")] = 1
    host: Annotated[str, Field(min_length=1, description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="Port to listen on; 0 takes a free one.")] = 8000
    workers: Annotated[int, Field(ge=1, le=64, description="Processes that answer requests.")] = 1
    allowed_origins: Annotated[
        tuple[str, ...],
        Field(description="Other sites whose pages may read the API (CORS), separated by commas."),
    ] = ()
    max_body_bytes: Annotated[
        int, Field(ge=0, description="The largest body of a request that is taken, in bytes.")
    ] = 65_536
    deployment_file: Annotated[
        Path,
        Field(
            description="The deployment's file, for what members sign; by default deployments/<network>.json "
            "in the home."
        ),
    ] = Path()
    relay_rpc: Annotated[
        str, Field(description="Endpoint that the relay's door asks whether a member's order is good.")
    ] = ""
    orders_per_minute: Annotated[
        int, Field(ge=1, description="Orders that a process takes from one address in a minute.")
    ] = 600
    name: Annotated[
        str,
        Field(min_length=1, max_length=80, description="The cooperative's name, at the head of documents."),
    ] = "Koperasi Simpan Pinjam"
    public_url: Annotated[
        str,
        Field(
            pattern=r"^(https?://[^\s/?#]+[^\s?#]*)?$",
            max_length=200,
            description="Where the public reaches this server, for the proofs on documents; by default "
            "http://<host>:<port>.",
        ),
    ] = ""
    documents: Annotated[
        Path, Field(description="Folder of the documents; by default documents-<network> in the home.")
    ] = Path()
    document_max_bytes: Annotated[
        int, Field(ge=1, description="The largest document that is kept, in bytes.")
    ] = 10_485_760
    document_types: Annotated[
        frozenset[str],
        Field(description="Types of documents that are kept unencrypted, separated by commas."),
    ] = frozenset(kind.media_type for kind in PUBLIC)
    frontend: Annotated[Path, Field(description="Folder of the built page.")] = _ROOT / "frontend" / "dist"
    watch_seconds: Annotated[
        float, Field(gt=0, le=60, description="How often a process looks for new entries, in seconds.")
    ] = 0.5
    busy_seconds: Annotated[
        float, Field(gt=0, le=60, description="How long a read waits for a locked database, in seconds.")
    ] = 2.0

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("document_types", mode="before")
    @classmethod
    def _known_types(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        types = frozenset(filter(None, map(str.strip, value.split(","))))
        known = sorted(kind.media_type for kind in PUBLIC)
        if not types <= set(known):
            raise ValueError(f"choose among {', '.join(known)}")
        return types

    @field_validator("ledger_url", "office_url")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            known = not value or make_url(value).drivername in _LEDGERS
        except ArgumentError:
            known = False
        if not known:
            raise ValueError("write sqlite:///path or postgresql+psycopg://user@host/name")
        return value

    @model_validator(mode="before")
    @classmethod
    def _at_home(cls, values: dict[str, object]) -> dict[str, object]:
        home, network = (values.get(name, cls.model_fields[name].default) for name in ("home", "network"))
        host, port = (values.get(name, cls.model_fields[name].default) for name in ("host", "port"))
        defaults = {
            "public_url": f"http://{host}:{port}",
            "ledger_url": f"sqlite:///{home}/ledger-{network}.sqlite",
            "office_url": f"sqlite:///{home}/office-{network}.sqlite",
            "documents": f"{home}/documents-{network}",
            "deployment_file": f"{home}/deployments/{network}.json",
        }
        return {**values, **{name: values.get(name) or default for name, default in defaults.items()}}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Settings from KOPERASI_* variables, empty ones as if unset. SettingsError names what cannot be."""
        given = os.environ if environment is None else environment
        names = {PREFIX + field.upper(): field for field in cls.model_fields}
        values = {names[name]: value for name, value in given.items() if name in names and value}
        try:
            return cls(**values)
        except ValidationError as error:
            raise SettingsError(
                [(PREFIX + str(item["loc"][0]).upper(), item["msg"]) for item in error.errors()]
            ) from None
