"""Settings of all tests."""

import hypothesis

# A machine that is busy with something else makes an example slow, not wrong.
hypothesis.settings.register_profile("venue", deadline=None)
hypothesis.settings.load_profile("venue")
