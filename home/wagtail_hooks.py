"""Registers the public site's part with Wagtail. Nothing else."""

from django.templatetags.static import static
from django.urls import include, path
from django.utils.html import format_html
from wagtail import hooks

from home.caching.answers import keep_answer
from home.dashboard import StatementsPanel
from home.partners.guarding import guard_document, guard_page
from home.restrictions import spare_restrictions
from home.theme.views import show_accent

hooks.register("before_serve_page", guard_page)
hooks.register("before_serve_page", spare_restrictions)
hooks.register("before_serve_document", guard_document)
# Outermost: whatever takes the place of a page has its say first.
hooks.register("on_serve_page", keep_answer, order=-100)


@hooks.register("register_admin_urls")
def register_theme_urls():
    theme_urls = [path("accent/", show_accent, name="accent")]
    return [path("look/", include((theme_urls, "home_theme")))]


@hooks.register("construct_homepage_panels")
def add_statements_panel(request, panels):
    panels.append(StatementsPanel())


@hooks.register("insert_editor_js")
def name_rich_text():
    address = static("home/js/rich_text_names.js")
    return format_html('<script src="{}"></script>', address)
