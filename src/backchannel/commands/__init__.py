"""Commands of what needs no desk: they read a file, call a pure package and print."""
