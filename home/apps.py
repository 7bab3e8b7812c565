from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        from home import receivers  # noqa: F401 - connects them
        from home.sections import register_sections

        register_sections()
