"""Tables of the year's surplus; a part of `indexer.ledger.schema`."""

from typing import Final

from sqlalchemy import Index

from indexer.ledger.columns import binary, log_table, number, text

surplus_allocation = log_table(
    "surplus_allocation",
    number("year"),
    binary("distributor"),
    number("total"),
    text("pots"),
    number("members_total"),
    binary("shares_root"),
    binary("document"),
    number("book_day"),
)
"""`pots`: JSON of accounts and rupiah; `members_total`: the pot of 2310; `document`: sha256 of the file of
shares."""
share_payment = log_table(
    "share_payment",
    number("year"),
    number("member"),
    number("account"),
    number("receipt"),
    number("amount"),
    number("book_day"),
)
"""`account`: what was credited, that of sukarela, of what is payable to who left, or of a cash channel."""

SURPLUS_TABLES: Final = (surplus_allocation, share_payment)

Index("share_payment_year", share_payment.c.cooperative_id, share_payment.c.year, share_payment.c.member)
