"""The addresses of the import, from the file to taking it back."""

from django.urls import path

from crm.views.import_steps import (
    ColumnsView,
    ConfirmView,
    FileView,
    GroundView,
    PreviewView,
)
from crm.views.imports import BatchView, ImportListView, UndoView

ONE = "register/imports/<int:pk>/"
import_urls = [
    path("register/contacts/import/", FileView.as_view(), name="crm_import"),
    path("register/imports/", ImportListView.as_view(), name="crm_imports"),
    path(ONE, BatchView.as_view(), name="crm_import_batch"),
    path(f"{ONE}columns/", ColumnsView.as_view(), name="crm_import_columns"),
    path(f"{ONE}ground/", GroundView.as_view(), name="crm_import_ground"),
    path(f"{ONE}preview/", PreviewView.as_view(), name="crm_import_preview"),
    path(f"{ONE}confirm/", ConfirmView.as_view(), name="crm_import_confirm"),
    path(f"{ONE}undo/", UndoView.as_view(), name="crm_import_undo"),
]
