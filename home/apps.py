from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        from competition.page_cache import register_frame
        from home import receivers  # noqa: F401 - connects them
        from home.navigation import menu_version
        from home.sections import register_sections

        register_frame(menu_version)
        register_sections()
