"""Registers the newsletter's part of the admin with Wagtail. Nothing else."""

from django.http import HttpResponseBadRequest
from django.urls import include, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail_localize.wagtail_hooks import page_listing_more_buttons

from newsletter.actions import run_page_action
from newsletter.block_labels import insert_block_labels
from newsletter.dashboard import SendsPanel
from newsletter.digest_filling import run_digest_filling
from newsletter.language_marks import register_language_marks
from newsletter.log_actions import LOG_ACTIONS
from newsletter.merge_menu import insert_merge_menu
from newsletter.organisation_links import register_organisation_links
from newsletter.review_menu import replace_review_items
from newsletter.views import (
    further,
    grants,
    packages,
    preflight,
    previewing,
    reports,
    reviewing,
    sending,
    settling,
    variants,
)
from newsletter.views.accents import show_accent
from newsletter.views.counting import count_visits
from newsletter.views.pasting import PasteView
from newsletter.views.why import WhyView
from newsletter.viewsets.choosers import recipients_chooser
from newsletter.viewsets.destinations import destinations
from newsletter.viewsets.item_chooser import item_chooser
from newsletter.viewsets.items import news_items
from newsletter.viewsets.newsletters import newsletters
from newsletter.viewsets.recipients import recipients
from newsletter.viewsets.returned import returned
from newsletter.viewsets.sends import sends

STOCK_KEY = "newsletter-action"


class NewsletterGroup(ViewSetGroup):
    menu_label = gettext_lazy("Newsletter")
    menu_icon = "mail"
    menu_order = 150
    items = (news_items, sends, recipients, newsletters, returned, destinations)


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [recipients_chooser, item_chooser, NewsletterGroup()]


@hooks.register("register_admin_urls")
def register_sending_urls():
    sends_urls = [
        path("<int:pk>/why/", WhyView.as_view(), name="why"),
        path("<int:campaign_id>/status/", sending.send_status, name="status"),
        path("<int:campaign_id>/figures/", reports.send_figures, name="figures"),
        path(
            "<int:campaign_id>/figures.<str:file_format>",
            reports.export_report,
            name="export",
        ),
        path(
            "<int:campaign_id>/uncertain/",
            settling.UncertainView.as_view(),
            name="uncertain",
        ),
        path("<int:campaign_id>/rest/", settling.send_rest, name="rest"),
        path("<int:campaign_id>/do/<str:action>/", sending.steer_send, name="steer"),
        path("<int:campaign_id>/time/", sending.reschedule_send, name="reschedule"),
        path(
            "<int:campaign_id>/further/", further.FurtherView.as_view(), name="further"
        ),
        path("<int:campaign_id>/package/", packages.take_package, name="package"),
        path(
            "<int:campaign_id>/package/<int:job_id>/",
            packages.package_ready,
            name="package_ready",
        ),
        path(
            "items/<int:page_id>/review/",
            reviewing.ReviewView.as_view(),
            name="review",
        ),
        path(
            "items/<int:page_id>/review/<str:locale>/<int:shown>/<str:shape>/",
            reviewing.review_letter,
            name="review_letter",
        ),
        path("items/<int:page_id>/audience/", sending.send_audience, name="audience"),
        path("items/<int:page_id>/do/", sending.act_on_item, name="act"),
        path(
            "items/<int:page_id>/preview/",
            previewing.PreviewView.as_view(),
            name="preview",
        ),
        path(
            "items/<int:page_id>/preview/frame/",
            previewing.preview_frame,
            name="preview_frame",
        ),
        path("items/<int:page_id>/letters/", variants.list_letters, name="letters"),
        path("accent/", show_accent, name="accent"),
        path("items/<int:page_id>/paste/", PasteView.as_view(), name="paste"),
        path("items/<int:page_id>/check/", preflight.preflight, name="preflight"),
        path("items/<int:page_id>/stands/", preflight.acknowledge, name="acknowledge"),
    ]
    # The last two stand where wagtail-newsletter's own would: ours are asked first.
    return [
        path("sends/", include((sends_urls, "newsletter_sends"))),
        path("newsletter/recipients/", sending.recipients_count),
        path("newsletter/pages/<int:page_id>/unschedule/", sending.unschedule_item),
    ]


@hooks.register("insert_editor_js")
def add_merge_menu():
    return insert_merge_menu()


@hooks.register("insert_editor_js")
def add_block_labels():
    return insert_block_labels()


@hooks.register("register_admin_urls")
def register_grant_urls():
    grant_urls = [
        path("<int:pk>/items/", grants.GrantItemsView.as_view(), name="items"),
        path(
            "<int:pk>/items.<str:file_format>",
            grants.GrantItemsFileView.as_view(),
            name="items_file",
        ),
    ]
    return [path("grants/", include((grant_urls, "newsletter_grants")))]


@hooks.register("before_create_page")
@hooks.register("before_edit_page")
def refuse_stock_actions(request, *args):
    """Keep wagtail-newsletter's own handler out: it sends after a failed save."""
    if STOCK_KEY in request.POST:
        return HttpResponseBadRequest(_("Send from the tab Send."))
    return None


@hooks.register("before_edit_page")
def name_previewer(request, page):
    """Tell the item who looks at it: only some may look at it as a reader."""
    page.previewed_by = request.user


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def run_send_panel(request, page):
    return run_page_action(request, page)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def fill_digest(request, page):
    return run_digest_filling(request, page)


# Innermost: what Wagtail answers in a page's place (a log-in) is no visit.
@hooks.register("on_serve_page", order=100)
def count_page_visits(serve):
    return count_visits(serve)


# After wagtail-newsletter's own, so that the translated words replace the English ones.
@hooks.register("register_log_actions", order=100)
def register_log_actions(actions):
    for action, formatter in LOG_ACTIONS.items():
        actions.register_action(action)(formatter)


@hooks.register("register_rich_text_features")
def register_features(features):
    register_language_marks(features)
    register_organisation_links(features)


@hooks.register("construct_page_action_menu")
def lead_to_review(menu_items, request, context):
    replace_review_items(menu_items)


@hooks.register("construct_homepage_panels")
def add_sends_panel(request, panels):
    panels.append(SendsPanel())


# wagtail-localize asks twice for each row of a listing whether its item can still be
# translated. The item's own page offers the same; Wagtail has no public way to unhook.
LISTING_BUTTONS = "register_page_listing_more_buttons"
hooks._hooks[LISTING_BUTTONS] = [
    (hook, order)
    for hook, order in hooks._hooks.get(LISTING_BUTTONS, [])
    if hook is not page_listing_more_buttons
]
