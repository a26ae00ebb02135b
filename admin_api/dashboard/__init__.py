"""The dashboard: pages for operators and traders, served by this process at /.

    browser ── GET /market/BTC-USD ─► routes.page ─► shell.html: head, navigation, the page's static/pages/market.html
       ├────── GET /dashboard/VERSION/… ─► assets: static/css, static/js, kept by the browser for ever
       ├────── REST /api/v3/… ─► the same routes, roles, reasons and audit as for any other client
       └────── WebSocket /ws ─► the same streams: each change encoded once, for all pages that are open

There is nothing of a page in this process but its stream: a page that is open costs what any subscriber costs (that
of accounts asks REST besides, every five seconds), and an order's latency does not depend on how many there are. A
page shows what it was told, at most ten times a second and only while somebody looks at it; without a connection it
shows no figures (static/js/stream.js).

Pages are HTML files, completed by plain JavaScript modules without a build step; nothing is loaded from elsewhere.
Their Content-Security-Policy allows files of ours and nothing written into a page, no `eval`, and no text that
becomes HTML (Trusted Types).

Why no NiceGUI, which would be Python only: each open page has its elements in the server's process, which works out
and sends every page's changes anew: 50 pages of 40 changing figures took half a processor of the process that follows
the journal and enters orders, where a stream of ours takes a write. And its pages need `unsafe-eval`.
"""
