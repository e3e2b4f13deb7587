"""The brief: five questions about a mediation, answered with sources and honest probabilities.

It is drawn from claims of the public record, which `material` takes together; another record that
gives the same material could be told the same way.
"""
