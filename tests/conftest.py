"""What holds for every test."""

from hypothesis import settings

settings.register_profile("venue", deadline=None)  # how long an example takes is the machine's, not the code's
settings.load_profile("venue")
