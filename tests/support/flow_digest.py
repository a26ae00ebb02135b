"""Run a seeded flow through the engine and print one digest of all its events and of its final state.

`python -m tests.support.flow_digest SEED COUNT`: a process of its own, so that two processes can be compared.
"""

import sys
from hashlib import blake2b

from tests.support.order_flow import batch_time_ns, placed, seeded_drafts
from venue.engine.engine import Engine
from venue.messages import encode_events


def flow_digest(seed: int, count: int) -> str:
    engine = Engine()
    digest = blake2b(digest_size=32)
    for seq, command in enumerate(placed(seeded_drafts(seed, count)), 1):
        digest.update(encode_events(engine.apply(command, seq, batch_time_ns(seq))))
    digest.update(engine.state_hash())
    return digest.hexdigest()


if __name__ == "__main__":
    print(flow_digest(int(sys.argv[1]), int(sys.argv[2])))
