"""Canonical bytes, seals, blind indexes, Merkle proofs and signed checkpoints.

The room is pure: the standard library and ``cryptography``, no framework, no database, no clock. A verifier that
checks a report, a receipt or a checkpoint without our server imports this room and nothing else. The keys
themselves are not here; they come from ``chengxin.keys`` as arguments.

Modules: ``digests`` (canonical JSON and salted digests), ``suites`` (sealing of contents and blind indexes),
``merkle`` (RFC 9162 trees and proofs), ``tiles`` (C2SP tlog-tiles), ``checkpoints`` (C2SP signed notes).
"""
