"""The FIX order gateway: FIX text in, commands out; events in, ExecutionReports out.

                  connection thread (QuickFIX, one per connection)
    client ──TCP──► QuickFIX session ──► application ──► inbound / queries ──► sequencer
                         ▲   │ numbers, resends, validation by fix_specs/
                         │   └──► message store in the data folder
    sender thread (one per session)
                  outbound (text of a report) ◄── outbox ◄── gateway.on_events ◄── sequencer

Read it as a tour of FIX in this order: `tables` (its characters), `inbound` and `list_requests` (what clients
ask), `outbound`, `trade_reports` and `list_reports` (what they are told), `queries` and `positions` (what they
may know), `application` (what QuickFIX calls), `received` (what it keeps for operators to look at), `gateway` (how
it is wired, and what operators ask of sessions).
"""
