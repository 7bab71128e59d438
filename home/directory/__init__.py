"""The public directory: who is shown, on which map, with which people and works.

``listing`` chooses organisations, ``mapping`` draws them (``projecting`` and ``land`` are
its geometry, ``labelling`` its names), ``organisation``, ``people`` and ``works`` read what
stands on the other pages, ``describing`` tells machines of it. What may be said of people
is decided in ``crm.publishing``.
"""
