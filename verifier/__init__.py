"""Checks a bundle against block hashes, from the bundle alone."""
