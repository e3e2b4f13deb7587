"""A mediated negotiation as the public record shows it: who said what, and where it may go.

Stands alone: it needs no desk and no channel. Only `ledger` does input and output.
"""
