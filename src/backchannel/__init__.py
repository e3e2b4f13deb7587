"""Mediated, indirect negotiation: desks that never meet, and a relay that can read nothing."""

__version__ = "0.1.0"
