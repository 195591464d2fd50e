"""Texts as vectors, for search and for likeness, through sentence-transformers."""
