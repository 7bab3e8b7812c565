from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "scoring"

    def ready(self) -> None:
        from competition import audit, sketch_letters, sketch_links
        from competition.selectors.readiness import register_adviser, register_check
        from scoring import receivers  # noqa: F401 - connects them
        from scoring.audit import ACTIONS
        from scoring.sections import jury_link, register_sections
        from scoring.selectors.letters import decision_occasions
        from scoring.selectors.readiness import criteria_advice, jury_advice, weight_problems
        from scoring.services.amendable import register_targets
        from scoring.services.amendable_criteria import register_criteria
        from scoring.services.objection_letters import objection_occasions

        audit.register(ACTIONS)
        sketch_letters.register(decision_occasions)
        sketch_letters.register(objection_occasions)
        sketch_links.register(jury_link)
        register_sections()
        register_targets()
        register_criteria()
        register_check(weight_problems)
        register_adviser(criteria_advice)
        register_adviser(jury_advice)
