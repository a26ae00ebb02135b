"""Orders over REST, from the caller's words to the answer.

requests   one function for each request          index     which orders an account has had
terms      fields to ticks, lots and commands     listing   a page of them
entry      entitled, journaled, refused           keys      what was asked under which Idempotency-Key
outcome    what the command made of the order     text      an order, as JSON tells it
                                                  words     the words of both sides
"""
