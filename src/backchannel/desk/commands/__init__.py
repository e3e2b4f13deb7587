"""The use cases of a desk in the terminal: one module for each group of commands."""
