"""The venue's own FIX client, behind `venue order` and the demo's traders. It knows the venue only by FIX.

`fields` reads and writes messages by field name, `connection` keeps the sessions, `requests` makes what is
asked, `words` tells what was answered.
"""
