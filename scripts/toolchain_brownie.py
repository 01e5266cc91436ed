"""A pytest plugin named in tests/contracts/pytest.ini: it loads Brownie before Brownie's own plugin would.

So Brownie keeps its data inside the clone, and finds the compiler and anvil there.
"""

from scripts import toolchain

toolchain.load_brownie()
