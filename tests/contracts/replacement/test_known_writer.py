"""The writer that the word with the supply knows: it stops with its term like every other."""

from tests.contracts.actors import DAY, House, now, refused, travel

MEMBER = 101
SLIP = 1 << 56


def test_known_writer__term_ends__refused(office: House) -> None:
    token, writer = office.SavingsWajib, {"from": office.writer}
    token.deposit(MEMBER, 50_000, SLIP | 901, writer)
    since, _ = token.writerTerm(office.writer)
    token.setWriter(office.writer, since, now() + 31 * DAY, {"from": office.admin})
    token.deposit(MEMBER, 50_000, SLIP | 902, writer)
    travel(32 * DAY)
    with refused("WriterRefused", office.writer.address):
        token.deposit(MEMBER, 50_000, SLIP | 903, writer)
