"""How a desk looks on a terminal: what others wrote is shown there and can do nothing."""
