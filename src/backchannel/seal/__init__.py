"""Cryptography and nothing else: sessions, letters, signatures, invitations. Bytes in, bytes out.

`session` is the way in for a caucus, `signatures` for an accord, `invitation` for the line that
brings two desks together. The session libraries draw their own randomness and time, so this package
is outside the rule of being told; it keeps no state of its own and does no input or output.
"""
