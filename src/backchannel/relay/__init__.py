"""The mailbox server: it keeps letters it cannot read until their reader has them."""
