"""Lighthouse on the site as it runs in production: ``make lighthouse``."""
