"""The WebSocket streams: what has changed, told to everybody who listens, each change encoded and framed once.

    replica ──events──► Hub ──► Topic (a book, a tape, an account's executions …)
       │ slice                    │ update: bytes, made once ─┬─► Stream ─► Wire ─► socket
       └──────► Pacer ── due ─────┘                           ├─► Stream ─► Wire ─► socket
                                                              └─► … the same bytes object for all

A *topic* is what one subscription is to; a *stream* is one connection with its subscriptions; its *wire* takes
prepared frames straight to the transport. The pacer says when a topic's changes go out: at once when the topic was
quiet, else joined over `api.stream_interval_ms`, and later still when telling everybody takes longer than half of
the loop's time.

A subscriber that does not read fills its own buffer and nobody else's. What becomes of it depends on the topic:
books, quotes, figures, states and positions are left out and begin anew with a snapshot when there is room again
(`conflated`), trades are left out and counted (`gap`), executions are never left out: the connection is ended, with
a reason, and so is one that stays behind too long.
"""
