"""The synthetic province: people who never were, suppliers with real names and made-up letters, and their batches.

Everything goes the way real data goes: population feeds, batches that are received, checked and settled, decisions of
officers. Nothing is written past those operations, so a demonstration shows the platform and not a picture of it.

The modules ``names``, ``places``, ``people``, ``suppliers``, ``batches`` and ``story`` make texts and values from a
seed and a day and touch nothing; the same seed and day give the same bytes. ``operations`` lets them happen.

All identity numbers carry the division 359900, which no real number does. There is no table in this room.
"""
