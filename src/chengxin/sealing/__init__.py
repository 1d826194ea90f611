"""Canonical bytes, seals, signatures, Merkle proofs, and the verifier of everything that leaves the platform.

The room is pure: no framework, no database, no network, and no clock but in ``command``. It is also a distribution of
its own (``verifier/``): whoever checks a report, a receipt, an archive or a checkpoint without our server installs this
room and nothing else. The keys themselves are not here; they come from ``chengxin.keys`` as arguments.

Modules, each using those before it:

*   ``digests`` (canonical JSON and salted digests), ``suites`` (sealing of contents and blind indexes), ``merkle``
    (RFC 9162 trees and proofs), ``tiles`` (C2SP tlog-tiles), ``checkpoints`` (C2SP signed notes)
*   ``faults`` (the verifier's one error and its words), ``moments``, ``signed_texts`` (compact JWS, signing suites)
*   ``key_documents`` (the published list of keys), ``certificates`` (X.509 of report keys)
*   ``cosignatures``, ``witnessing`` (C2SP tlog-cosignature, tlog-witness; the rule of a monitor)
*   ``trust`` (what the reader has from elsewhere), ``event_proofs`` (events and proofs of age), ``completeness``
*   ``receipts``, ``status_lists`` (the portal's word on all reports and credentials)
*   ``credentials`` (SD-JWT VC), ``reports`` (signed PDF), ``stored_zips``, ``archives`` (what a person takes away)
*   ``verdicts`` (one door for all of them), ``sentences``, ``command`` (``chengxin-verify``)
"""
