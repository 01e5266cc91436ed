"""Statements, books and cards as documents: PDF and HTML of the same content."""
