"""Read the events with web3.py and write them with SQLAlchemy's ORM, as most tutorials do.

`python -m benchmarks.peers.web3_orm URL FIRST LAST DATABASE TELLER TOKENS AUTHORITY`, tokens joined by
commas, prints a JSON line: events (rows written) and seconds.
"""

import json
import sys
import time
from typing import Any, Final

from sqlalchemy import BigInteger, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from web3 import Web3

_RANGE: Final = 100
_EVENTS: Final = {
    "Deposited": "uint32 member i,uint8 kind i,uint64 receipt i,uint8 channel,uint64 amount,uint32 bookDay",
    "Transfer": "address from i,address to i,uint256 value",
    "Countersigned": "address target i,bytes32 action i,uint32 maker,uint32 checker",
}


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "event"
    block: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    address: Mapped[str] = mapped_column(String(42))
    name: Mapped[str] = mapped_column(String(32))
    arguments: Mapped[str]


def main(url: str, first: int, last: int, database: str, addresses: dict[str, list[str]]) -> None:
    web3 = Web3(Web3.HTTPProvider(url))
    engine = create_engine(database)
    Base.metadata.create_all(engine)
    decoders = {name: web3.eth.contract(abi=[_abi(name)]).events[name]() for name in addresses}
    events = 0
    start = time.perf_counter()
    for block in range(first, last + 1, _RANGE):
        ends: dict[str, Any] = {"fromBlock": block, "toBlock": min(block + _RANGE - 1, last)}
        with Session(engine) as session:
            for name, decoder in decoders.items():
                for log in web3.eth.get_logs({**ends, "address": addresses[name], "topics": [decoder.topic]}):
                    session.add(_row(decoder.process_log(log)))
                    events += 1
            session.commit()
    seconds = time.perf_counter() - start
    print(json.dumps({"events": events, "seconds": seconds}))


def _row(log: Any) -> Row:
    return Row(
        block=log["blockNumber"],
        index=log["logIndex"],
        address=log["address"],
        name=log["event"],
        arguments=Web3.to_json(log["args"]),
    )


def _abi(name: str) -> dict[str, Any]:
    inputs = [part.split(" ") for part in _EVENTS[name].split(",")]
    return {
        "type": "event",
        "name": name,
        "anonymous": False,
        "inputs": [{"type": kind, "name": label, "indexed": bool(i)} for kind, label, *i in inputs],
    }


if __name__ == "__main__":
    teller, tokens, authority = sys.argv[5:8]
    wanted = {"Deposited": [teller], "Transfer": tokens.split(","), "Countersigned": [authority]}
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], wanted)
