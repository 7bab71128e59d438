"""The newsletter's public addresses."""

from django.urls import include, path

from newsletter.tokens import PREFERENCES_PATH, UNSUBSCRIBE_PATH
from newsletter.views.calendars import event_calendar
from newsletter.views.collaborating import CollaborateView
from newsletter.views.counting import follow_link
from newsletter.views.joining import ConfirmView, JoinView
from newsletter.views.leaving import LeaveView, RestView, ReturnView
from newsletter.views.own_data import CopyView, OwnDataView
from newsletter.views.own_link import AskLinkView
from newsletter.views.preferences import ConfirmAddressView, PreferencesView
from newsletter.views.webhooks import find_webhooks

urlpatterns = [
    path("join/<slug:slug>/<str:language>/", JoinView.as_view(), name="join"),
    path("confirm/<str:token>/", ConfirmView.as_view(), name="confirm_sign_up"),
    path("choices/", AskLinkView.as_view(), name="ask_link"),
    path(
        f"{PREFERENCES_PATH}<str:token>/",
        PreferencesView.as_view(),
        name="preferences",
    ),
    path("own-data/<str:token>/", OwnDataView.as_view(), name="own_data"),
    path("own-data/<str:token>/copy/", CopyView.as_view(), name="own_data_copy"),
    path("address/<str:token>/", ConfirmAddressView.as_view(), name="confirm_address"),
    path(f"{UNSUBSCRIBE_PATH}<str:token>/", LeaveView.as_view(), name="unsubscribe"),
    path("u/<str:token>/rest/", RestView.as_view(), name="rest_from_mail"),
    path("u/<str:token>/return/", ReturnView.as_view(), name="undo_unsubscribe"),
    path("l/<int:campaign_id>/<int:number>/", follow_link, name="follow_link"),
    path("l/<int:campaign_id>/<int:number>/<str:mark>", follow_link),
    path(
        "take-part/<int:page_id>/<str:block_id>/",
        CollaborateView.as_view(),
        name="collaborate",
    ),
    path(
        "calendar/<int:page_id>/<str:block_id>.ics",
        event_calendar,
        name="event_calendar",
    ),
    path("webhooks/", include(find_webhooks())),
]
