"""The FIX order gateway: FIX text in, commands out; events in, ExecutionReports out. And the gate before it.

    client ══TLS══► gate, a process of its own: framing ──► admission ──► numbering ──┐ whole messages of
                                                                                      │ clients let in
                  connection thread (QuickFIX, one per connection)                    ▼
    gate ──loopback──► QuickFIX session ──► application ──► inbound / queries ──► sequencer
                         ▲   │ numbers, resends, validation by fix_specs/
                         │   └──► message store in the data folder
    sender thread (one per session)
                  outbound (text of a report) ◄── outbox ◄── gateway.on_events ◄── sequencer

Read it as a tour of FIX in this order: `tables` (its characters), `inbound` and `list_requests` (what clients
ask), `outbound`, `trade_reports` and `list_reports` (what they are told), `queries` and `positions` (what they
may know), `application` (what QuickFIX calls), `received` (what is kept of it for operators to look at), `gateway`
(how it is wired, and what operators ask of sessions).
What survives a kill stands in `checkpoint`, what survives a power loss in `handover`, `restoring` and `answered`.

The gate, in this order: `framing` (what a message is), `logon`, `admission` and `attempts` (who may log on, and how
often he may try), `packet_filter` (who is not heard at all), `numbering` (what QuickFIX must not see), `pace` (how fast
it goes on), `gate_connection` (a connection's life), `gate` (the process). Of it QuickFIX knows the voucher in each
Logon (`sessions`).
"""
