"""What operators ask, for whoever asks: from text to the integers of a command, and from events back to text.

    text ──► values, listing ──► command ──► journal ──► events ──► told, refusals ──► text

The command line and the admin API differ in how they are typed and in nothing else: what an amount may be, what a
refusal means and what came of a command is said here, once, for both.
"""
