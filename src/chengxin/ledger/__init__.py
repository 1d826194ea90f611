"""The append-only log of acts: salted events, their Merkle tree, tiles and signed checkpoints.

Every act that touches a person appends an event in the act's own transaction (``operations.append``). Later, and
outside any act, ``operations.integrate`` takes committed events into an RFC 9162 tree, stores a signed checkpoint and
writes C2SP tiles under the data directory. ``lookups.prove`` proves one event to anybody with the public key;
``lookups.verify`` names the place when anything was changed, removed or truncated, whoever did it.

Events hold keys and digests, never a person's contents; they outlive the rows they speak of and therefore hold no
foreign keys. ``append_only`` gives other rooms the same guard for their tables. The format is described in
``docs/ledger.md``.
"""
