"""Pictures of the real screens and mails: ``make pictures`` writes docs/pictures/.

With the tests, since it needs Playwright and Chromium, which a site that runs does not.
"""
