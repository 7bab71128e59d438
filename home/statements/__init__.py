"""The statements that Swedish law asks of a public body's site.

``gaps`` says what one still lacks, ``data_use`` what the privacy page tells from the
register and the settings, ``panels`` tells editors.
"""
