"""Finding claims in English sentences by rules over words: proposals, which a person judges."""
