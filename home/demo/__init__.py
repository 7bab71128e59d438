"""The demo: an invented network with its people, letters and public site.

Loaded once by ``load_demo``, through the same code that people use. Organisations and
people are invented, but for those of CLIP, who stand in the owner's document; all their
addresses end in ``.example`` (RFC 2606), which no mail server delivers to.
"""
