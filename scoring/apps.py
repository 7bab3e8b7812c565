from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"

    def ready(self) -> None:
        from competition import audit
        from competition.selectors.readiness import register_adviser, register_check
        from scoring import receivers  # noqa: F401 - connects them
        from scoring.audit import ACTIONS
        from scoring.sections import register_sections
        from scoring.selectors.readiness import criteria_advice, jury_advice, weight_problems
        from scoring.services.amendable import register_targets

        audit.register(ACTIONS)
        register_sections()
        register_targets()
        register_check(weight_problems)
        register_adviser(criteria_advice)
        register_adviser(jury_advice)
