"""The desk as a web page, for this machine's browser alone.

Everything that comes in is hostile until shown otherwise: other pages in the same browser, other
programs and other people on the same machine can all send requests to a port of this machine.
"""
