"""Recommendation text scoring, as an application of nlpsuite."""

__version__ = "0.1.0"
