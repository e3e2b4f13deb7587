"""What may happen in a mediated channel: values, rules, and what each side is told. Pure."""
