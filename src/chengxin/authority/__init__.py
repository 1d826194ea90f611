"""Who acts, and what is decided about an act: actors, permits, refusals.

A decision is never a bare ``True`` or ``False``: it is a :class:`~chengxin.authority.decisions.Permit` or a
:class:`~chengxin.authority.decisions.Refusal`, and both name a stable code and the legal basis they rest on. The root
of all refusals that are raised, :class:`~chengxin.authority.decisions.Refused`, lives here too.

Pure: no framework, no database, no clock. Which actor may do what is not here; each room's ``policies`` say that.
"""
