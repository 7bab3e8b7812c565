"""Names of what the log records about organisations."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_actions(actions) -> None:
    for code, label in (
        ("accounts.register_organisation", _("Registered the organisation")),
        ("accounts.invite_member", _("Invited a member")),
        ("accounts.accept_invitation", _("Became a member")),
    ):
        actions.register_action(code, label, label)
