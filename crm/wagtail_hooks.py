"""Registers the register's own views with Wagtail. Nothing else."""

from wagtail import hooks

from crm.imports.log import IMPORT_ACTION, ImportLogFormatter
from crm.views.imports import import_urls


@hooks.register("register_admin_urls")
def register_import_urls():
    return import_urls


@hooks.register("register_log_actions")
def register_import_log_action(actions):
    actions.register_action(IMPORT_ACTION)(ImportLogFormatter)
