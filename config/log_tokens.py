"""Logs without the keys that stand in mailed addresses: who reads logs opens nobody's page."""

import logging
import re

# Addresses whose last part acts for somebody, or says who somebody is.
KEYED = re.compile(
    r"/(password_reset/confirm/[^/\s]+|choices|own-data|address|confirm|u|l/\d+/\d+"
    r"|partner(?!/leave/))/[^/\s]+"
)


class HideTokens(logging.Filter):
    """Puts an ellipsis in place of each token in what is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its tokens hidden."""
        said = record.getMessage()
        hidden = KEYED.sub(r"/\1/…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
