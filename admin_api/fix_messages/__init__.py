"""FIX messages for people to read: the last of a session, and those of an order from its entry to its end.

    what came    the FIX gateway remembers the last of each session; the journal has every request for ever
    what left    the stores QuickFIX keeps for resends, <data>/fix

Read by threads, two at once; the event loop waits for none.
"""
