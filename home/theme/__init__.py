"""The accent and the logo of the site, as its pages carry them.

``styles`` writes the few lines of CSS, ``views`` hands them out from an address that
changes with them, so that browsers may keep them for ever.
"""
