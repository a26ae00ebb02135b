"""The venue with simulated traders: `venue demo`.

    this process                                another one
    venue ◄──────────── FIX over TCP ─────────► floor: QuickFIX initiator, a session per trader
    tally, screen ◄──── figures, a pipe ─────── traders: market makers and takers, seeded

The traders know the venue by FIX alone, as any client does. They have a process of their own so that they
take no time from the venue's interpreter; it ends when the pipe to it closes, however this process ends.
"""
