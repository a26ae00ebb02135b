"""FIX messages for people to read, without QuickFIX: what a message says field by field, and what was sent.

    fix_specs/FIX44.xml ── dictionary ──► names, and the words of values
    <data>/fix/*.body ──── sent ────────► text ── fields ──► Field(tag, name, value, meaning)

Read-only, and of use to processes beside the venue. No secret of a Logon(A) is ever shown, nor kept for being shown.
"""
