"""Laws take as long as they take: the first call compiles."""

from hypothesis import settings

settings.register_profile("kapok_planning", deadline=None, max_examples=60)
settings.load_profile("kapok_planning")
