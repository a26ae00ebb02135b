"""The admin API: REST, WebSocket streams and metrics, in a process of its own beside the venue.

    venue ═ journal ══ follow ══► Follower ──► engine replica ──► market data, order index, counters, streams
      ▲                                              │
      └── commands.sock ◄── VenueLine ◄── routes ────┴──► answers (REST), updates (WebSocket), /metrics

Reading never touches the venue: every question is answered by this process's own engine, which follows the
journal. Writing takes the way of every command: over `commands.sock` into the one journal; the answer leaves
when this replica has applied it, so that whoever asks next reads his own write.

One thread, the event loop, owns the engine, the market data and every subscriber. A thread beside it only
reads the journal. So nothing here needs a lock, and a request sees one consistent state between two awaits.

If this process dies, trading goes on; the venue's supervisor starts it again on the same listening socket.
"""
