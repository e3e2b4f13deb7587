"""What all pictures and tables of results share: letters, looks, cells. Pure: bytes come out.

It knows nothing of packages or plans; they draw and write with it.
"""
