from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from benchmarks import floor
from config.urls import urlpatterns as site

urlpatterns = [
    path("admin/floor/<int:pk>/", floor.admin, name="floor_admin"),
    *i18n_patterns(
        path("floor/<int:pk>/", floor.site, name="floor"),
        path("floor/<int:pk>/signed-in/", floor.site_signed_in, name="floor_signed_in"),
    ),
    *site,
]
