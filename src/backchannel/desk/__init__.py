"""One participant's application: the vault, the courier, and the use cases."""
