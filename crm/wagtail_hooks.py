"""Registers the register's own views with Wagtail. Nothing else."""

from django.templatetags.static import static
from django.utils.html import format_html_join
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from crm import history
from crm.dashboard import (
    DataRequestsPanel,
    LeadsPanel,
    SeatWorkPanel,
    seat_work_menu_item,
)
from crm.imports.log import (
    IMPORT_ACTION,
    UNDO_ACTION,
    ImportLogFormatter,
    UndoLogFormatter,
)
from crm.merging import log as merging_log
from crm.views.import_urls import import_urls
from crm.views.imports import imports_menu_item
from crm.views.jobs import job_urls
from crm.views.leads import lead_urls, leads_menu_item
from crm.views.memberships import membership_urls
from crm.views.notes import note_urls
from crm.views.requests import request_urls, requests_menu_item
from crm.views.seats import seat_urls
from crm.viewsets.choosers import CHOOSERS
from crm.viewsets.register import RegisterGroup
from crm.viewsets.segments import SegmentViewSet

register_snippet(SegmentViewSet)


@hooks.register("register_admin_viewset")
def register_register():
    return [*CHOOSERS, RegisterGroup()]


@hooks.register("register_log_actions")
def register_log_actions(actions):
    history.register_log_actions(actions)
    merging_log.register_log_actions(actions)


@hooks.register("register_reports_menu_item")
def register_history_menu_item():
    return history.history_menu_item


@hooks.register("insert_global_admin_css")
def register_styles():
    return format_html_join(
        "\n",
        '<link rel="stylesheet" href="{}">',
        ((static(f"crm/{name}.css"),) for name in ("register", "seats", "lists")),
    )


@hooks.register("register_admin_urls")
def register_import_urls():
    return import_urls


@hooks.register("register_admin_urls")
def register_job_urls():
    return job_urls


@hooks.register("register_admin_urls")
def register_seat_urls():
    return [*seat_urls, *membership_urls, *note_urls, *lead_urls, *request_urls]


@hooks.register("register_register_menu_item")
def register_seat_work():
    return seat_work_menu_item


@hooks.register("register_register_menu_item")
def register_leads():
    return leads_menu_item


@hooks.register("register_register_menu_item")
def register_requests():
    return requests_menu_item


@hooks.register("register_register_menu_item")
def register_imports():
    return imports_menu_item


@hooks.register("construct_homepage_panels")
def add_seat_work(request, panels):
    panels += [DataRequestsPanel(), SeatWorkPanel(), LeadsPanel()]


@hooks.register("register_log_actions")
def register_import_log_action(actions):
    actions.register_action(IMPORT_ACTION)(ImportLogFormatter)
    actions.register_action(UNDO_ACTION)(UndoLogFormatter)
