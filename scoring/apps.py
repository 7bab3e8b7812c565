from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"

    def ready(self) -> None:
        from competition import audit
        from scoring import receivers  # noqa: F401 - connects them
        from scoring.audit import ACTIONS
        from scoring.sections import register_sections

        audit.register(ACTIONS)
        register_sections()
