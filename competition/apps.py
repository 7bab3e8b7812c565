from django.apps import AppConfig


class CompetitionConfig(AppConfig):
    name = "competition"

    def ready(self) -> None:
        from competition import audit, receivers  # noqa: F401  (registered by being imported)
        from competition.amendment_section import register_section
        from competition.dialogue_section import register_sections
        from competition.services import amendable, amendable_questions  # noqa: F401  (the same)

        register_section()
        register_sections()
