"""Version 1 of the REST interface. What it promises to integrators stands in ``docs/api/README.md``.

``router`` puts it together; each resource has a file with its routes and its own schemas; ``envelope`` surrounds
every answer; ``problems`` turns refusals and faults into problem documents; ``tokens`` says who acts; ``audience``
declares for every route who may call it and whether it writes.
"""
