"""The history in SQL, asked over REST: orders, executions, trades, money and candles of any time.

    route ─► HistoryDesk ─► a thread of its own ─► venue/recorder/reading.py ─► history.sqlite or PostgreSQL
      ◄── JSON: a page │ CSV: page after page ◄──┘

The event loop never waits for it. What stands here knows no HTTP but export.py, so that the dashboard asks the same.
"""
