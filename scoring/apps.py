from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"

    def ready(self) -> None:
        from competition import audit
        from scoring import receivers  # noqa: F401 - connects them
        from scoring.audit import ACTIONS
        from scoring.sections import register_sections
        from scoring.services.amendable import register_targets

        audit.register(ACTIONS)
        register_sections()
        register_targets()
