"""Financial statements from the kept balances: typed rows that every form renders alike."""
