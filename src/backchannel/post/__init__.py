"""What a desk and a relay say to each other about letters that the relay cannot read."""
