"""Dates in English as the network's British spelling has them: 16 August 2021.

Django's are American, and 08/10/2021 is another day to half of the readers.
"""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
