"""An exchange venue: FIX order entry, deterministic matching, a durable journal."""

from venue.engine_kind import choose_engine

choose_engine()
