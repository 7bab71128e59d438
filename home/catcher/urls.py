"""The pages of the mail catcher; home.urls includes them where there is a catcher."""

from django.urls import path

from home.catcher import views

urlpatterns = [
    path("", views.list_mail, name="catcher"),
    path("empty/", views.empty, name="catcher_empty"),
    path("<str:key>/", views.show_mail, name="catcher_mail"),
    path("<str:key>/text/", views.show_text, name="catcher_text"),
    path("<str:key>/source/", views.show_source, name="catcher_source"),
    path("<str:key>/frame/", views.serve_frame, name="catcher_frame"),
    path("<str:key>/message.eml", views.download, name="catcher_download"),
]
