"""The venue's own clients: of FIX, behind `venue order` and the demo's traders, and of the WebSocket feed, behind
`venue watch`. They know the venue only by what it says there.

`fields` reads and writes FIX messages by field name, `connection` keeps the sessions, over a `tunnel` where the venue
speaks TLS; `requests` makes what is asked, `words` tells what was answered. `feed` listens to market data, `feed_book`
rebuilds a book of it.
"""
