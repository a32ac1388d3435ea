"""Made-up people in the database: brought into the homes of a town, and taken out again."""

from kapok.samples.residents.bringing import Work, bring, bring_as_owner, filling, span_of

__all__ = ["Work", "bring", "bring_as_owner", "filling", "span_of"]
