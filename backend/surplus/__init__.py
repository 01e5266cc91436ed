"""The year's surplus (SHU) on the chain: the tree of shares, the resolution's action, paying out."""
