"""Mail that comes back: bounces, delays, complaints, automatic replies. Pure."""

from newsletter.mail.reports.model import Report
from newsletter.mail.reports.reading import read_reports

__all__ = ["Report", "read_reports"]
