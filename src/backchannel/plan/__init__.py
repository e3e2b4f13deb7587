"""An accord as a sequence of reciprocal steps: who is exposed when, and in what order least.

Pure: no input or output, no clock, no randomness of its own, no logging. Seconds, days and
generators of chance are arguments.
"""
