"""The newsletter's public addresses."""

from django.urls import path

from newsletter.views.leaving import LeaveView, ReturnView

urlpatterns = [
    path("u/<str:token>/", LeaveView.as_view(), name="unsubscribe"),
    path("u/<str:token>/return/", ReturnView.as_view(), name="undo_unsubscribe"),
]
