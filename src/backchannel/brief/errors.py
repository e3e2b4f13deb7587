"""What can be wrong with a brief."""


class BriefError(Exception):
    """A brief cannot be made of this; says what came, what was expected, and what to do."""
