"""Which requests no person made: link scanners, robots, previews. Pure.

Mail filters open every link of a letter before anybody reads it. Those that say who they
are, or ask in a way that no reader's browser does, are told here; those that pose as a
browser are told by opening many links at once (``counters``).
"""

import re
from collections.abc import Mapping
from functools import lru_cache

# In what robots, scanners of mail filters, and programmers' tools call themselves.
NAMES = re.compile(
    r"bot\b|bots\b|crawl|spider|slurp|scan|preview|prefetch|fetch|monitor|uptime"
    r"|validator|checker|archiver|transcoder|headless|phantom|lighthouse"
    r"|proofpoint|mimecast|barracuda|ironport|fortimail|fortiguard|symantec"
    r"|messagelabs|trendmicro|sophos|forcepoint|urldefense|safelinks|cloudmark"
    r"|googleimageproxy|ggpht|feedfetcher|facebookexternalhit|whatsapp|telegram"
    r"|skypeuripreview|slack|discord|curl|wget|python|java/|okhttp|go-http|libwww"
    r"|perl|ruby|php|node-fetch|axios|httpclient|apache-http|winhttp|msoffice",
    re.IGNORECASE,
)
BROWSER = re.compile(r"^(Mozilla|Opera)/", re.IGNORECASE)
# What a browser says when it fetches a page that nobody has asked for yet.
EARLY = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def is_machine(method: str, headers: Mapping[str, str]) -> bool:
    """Say whether a request looks like a machine's; ``headers`` ignores case."""
    agent = headers.get("User-Agent", "")
    if method != "GET" or not _is_browser(agent):
        return True
    purpose = headers.get("Sec-Purpose", "") or headers.get("Purpose", "")
    return bool(EARLY.search(purpose or headers.get("X-Moz", "")))


@lru_cache(maxsize=256)
def _is_browser(agent: str) -> bool:
    """Say whether a browser calls itself so; many readers have the same one."""
    return bool(BROWSER.match(agent)) and not NAMES.search(agent)
