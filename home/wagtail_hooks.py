"""Registers the public site's part with Wagtail. Nothing else."""

from wagtail import hooks

from home.partners.guarding import guard_document, guard_page

hooks.register("before_serve_page", guard_page)
hooks.register("before_serve_document", guard_document)
