"""Numbers on packages: what a mediator can compute from what it knows of each party's preferences.

Pure: no input or output, no clock, no randomness of its own (a generator is an argument). Stands
alone: nothing here needs a channel, and whoever has a file of preferences can use it.
"""
