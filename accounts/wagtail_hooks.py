"""Names of what the log records about organisations."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_actions(actions) -> None:
    for code, label in (
        ("accounts.register_organisation", _("Registered the organisation")),
        ("accounts.invite_member", _("Invited a member")),
        ("accounts.accept_invitation", _("Became a member")),
        ("accounts.withdraw_invitation", _("Withdrew an invitation")),
        ("accounts.request_to_join", _("Asked to become a member")),
        ("accounts.withdraw_request", _("Took back the wish to become a member")),
        ("accounts.approve_request", _("Made somebody a member who had asked")),
        ("accounts.refuse_request", _("Refused somebody who asked to become a member")),
        ("accounts.join_by_domain", _("Became a member by the mail domain")),
        ("accounts.set_mailbox", _("Changed the mailbox")),
        ("accounts.set_region", _("Changed the region")),
        ("accounts.set_mail_domains", _("Changed who may join by mail domain")),
        ("accounts.change_role", _("Changed a member's role")),
        ("accounts.remove_member", _("Removed a member")),
        ("accounts.leave_organisation", _("Left the organisation")),
        ("accounts.delete_account", _("Deleted the account")),
    ):
        actions.register_action(code, label, label)
