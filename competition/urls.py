from django.urls import URLPattern

app_name = "competition"
urlpatterns: list[URLPattern] = []
