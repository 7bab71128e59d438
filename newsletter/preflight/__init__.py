"""The check before a send: what a reader would stumble over, found while it can be mended.

``letter`` says what there is to look at, each module of ``rules`` looks for one kind of
fault, ``running`` runs them all. Opens no connection and fetches no address.
"""
