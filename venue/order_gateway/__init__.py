"""An order gateway in a process of its own: FIX sessions beside those that the venue itself serves.

    gate ──► QuickFIX acceptor ──► FixGateway ──commands──► CommandLine ══ commands.sock ══► sequencer ══► journal
                                    ▲    ▲ ▲                    │                                            ║
                                    │    │ └── questions ◄──────┘ (where everything before is applied)       ║
                    reports ◄───────┘  events ◄── replica ◄── Following ◄═══════════ follow ════════════════╝

It has no state of its own but the message stores of its sessions: what it tells them is what the journal makes of its
engine, which is the same as everywhere. Killed at any moment it is started again, replays from where its clients have
been told all, and goes on. Orders that were on their way from QuickFIX to the journal are lost then, unacknowledged, as
they are when a venue is killed; and what an operator asked of its sessions meanwhile (logout, reset) is not done.

The venue chooses its port, and the gate, which leads each client to its gateway, knows it.
"""
