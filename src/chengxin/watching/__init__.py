"""Programs by which others keep watch over the ledger: a witness, a monitor, and what asks witnesses for cosignatures.

They are run by somebody else than the platform: an archive, another office, a newspaper. So the room imports the pure
room ``sealing`` and the standard library, and installs with the verifier alone. What is judged is judged in
``sealing.witnessing`` and ``sealing.trust``; here are network, files and the clock.
"""
