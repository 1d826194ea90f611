"""The pages: one room per kind of reader, and below them the room of what all pages share.

Portals parse a request, make one call into the rooms, and render what comes back. They hold no rule, no query and no
write. ``presentation`` is shared by the four; the four do not import each other.
"""
