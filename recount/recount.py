"""One recount from beginning to end, from a bundle alone."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import msgspec

from recount import wire
from recount.acts import read_acts
from recount.bundle import Bundle, require_whole
from recount.candidates import Consents
from recount.notice import read_notice
from recount.orders import Orders
from recount.register import Register
from recount.replay import Replay
from recount.results import report

Wallets = Callable[[Collection[str]], list[str]]
"""Which of these addresses have code."""
Tell = Callable[[int, int], None]
"""Hears how many signatures are checked, of how many."""


class Recounted(NamedTuple):
    """A report, and the bundle that anybody can make the same report of."""

    report: dict[str, Any]
    bundle: Bundle


def recount(bundle: Bundle, tell: Tell = lambda *_: None, wallets: Wallets | None = None) -> Recounted:
    """Count a meeting again. `wallets` says which signers are contracts; without it the bundle does.

    RecountError where the bundle does not hold the meeting whole.
    """
    require_whole(bundle)
    logs = (log for log in bundle.logs if log.address == bundle.registry and log.topics[0] in wire.REGISTER)
    register = Register(logs, bundle.times)
    notice = read_notice(bundle, register)
    acts = list(read_acts(bundle))
    orders = Orders(acts, register, notice)
    orders.check(bundle, lambda done: tell(done, len(orders.signed)))
    consents = Consents(bundle, register)
    if wallets:
        asked = orders.unsettled() | consents.unsettled()
        bundle = msgspec.structs.replace(bundle, contracts=sorted(wallets(asked)))
    orders.settle(bundle.contracts)
    replay = Replay(notice, register, orders)
    consents.judge(bundle.contracts, replay)
    replay.run(acts)
    return Recounted(report(bundle, replay), bundle)
