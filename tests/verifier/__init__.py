"""Bundles, right and altered."""
