"""The public directory: who is shown, on which map, with which people and works.

``listing`` chooses organisations, ``mapping`` draws them (``projecting`` and ``land`` are
its geometry, ``labelling`` its names); ``organisation``, ``people`` and ``works`` read what
stands on the other pages, ``words`` finds names in them. ``describing`` tells machines of
a page, ``finding`` leads to it from elsewhere. What may be said of people is decided in
``crm.publishing``.
"""
