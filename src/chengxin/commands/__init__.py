"""The ``chengxin`` command line: one verb for each act; it parses, calls once, prints.

``arguments`` is the tree of commands and imports nothing of the platform, so that a wrong call is answered at once;
``entry`` loads the module of the verb that was called, and Django where it is needed. Commands are written for people
in plain Chinese; programs ask for ``--json`` and get one object, refusals included.
"""
