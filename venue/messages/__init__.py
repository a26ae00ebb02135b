"""The vocabulary of the venue: every command asked of it and every event it answers with.

A *command* is a request that was written to the journal; an *event* is a fact the engine derived
from exactly one command. Reports (FIX), answers (REST) and rows (SQL) are made from events, elsewhere.

    words        sides, types, states         commands     what clients and the clock ask
    events       what happened                operations   what operators ask
    statuses     what is, when asked              encoding     canonical bytes

Units: prices are integer ticks (positive; 0 means "none"), quantities integer lots, money integer
units of a currency (10 ** -decimals), times integer nanoseconds since the Unix epoch, UTC.
`notional` is the exact sum of price_ticks x qty_lots; multiplied by the instrument's
`notional_factor` it is money. No float, no Decimal, no clock.

Invariant: `encode_commands(decode_commands(b)) == b`, and the bytes of a command do not depend on the
process that wrote it. Fields are only ever appended, each with a default, so that an older journal
decodes for ever; a number once given to a constant keeps its meaning.
"""

from venue.messages.commands import *  # noqa: F403
from venue.messages.encoding import *  # noqa: F403
from venue.messages.events import *  # noqa: F403
from venue.messages.operations import *  # noqa: F403
from venue.messages.statuses import *  # noqa: F403
from venue.messages.words import *  # noqa: F403
