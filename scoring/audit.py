"""What the jury's services write into a call's log, and how it is told."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, str | Promise] = {
    "scoring.update_criteria": _("Changed the criteria"),
    "scoring.add_criterion": _("Added a criterion"),
    "scoring.move_criterion": _("Moved a criterion"),
    "scoring.remove_criterion": _("Removed a criterion"),
    "scoring.create_scale": _("Added a scale"),
    "scoring.update_scale": _("Changed a scale"),
    "scoring.remove_scale": _("Removed a scale"),
    "scoring.invite_juror": _("Invited a juror"),
    "scoring.change_juror": _("Changed a juror's topics, load or role"),
    "scoring.answer_invitation": _("Answered an invitation to the jury"),
    "scoring.remove_juror": _("Took a juror off the jury"),
    "scoring.block_automatically": _("Disqualified jurors from sketches of their own organisations"),
    "scoring.declare": _("Declared impartiality or disqualification"),
    "scoring.settle_impartiality": _("Settled a case of impartiality"),
    "scoring.publish_jury": _("Changed who sees the jury, or until when objections are taken"),
    "scoring.object_to_juror": _("Objected to a juror"),
    "scoring.withdraw_objection": _("Took back an objection to a juror"),
    "scoring.settle_objection": _("Settled an objection to a juror"),
    "scoring.start_assignment": _("Started an assignment"),
    "scoring.finish_assignment": _("Completed an assignment"),
    "scoring.publish_assignment": _("Published an assignment"),
    "scoring.start_assessment": _("Began an assessment"),
    "scoring.finalise": _("Sent assessments"),
    "scoring.reopen": _("Reopened an assessment"),
    "scoring.start_aggregation": _("Started a ranking"),
    "scoring.finish_aggregation": _("Completed a ranking"),
    "scoring.complete_assessment": _("Completed the assessment"),
    "scoring.recommend": _("Made the recommendation"),
    "scoring.decide": _("Made the decision"),
    "scoring.prepare_letters": _("Wrote the letters"),
    "scoring.send_letters": _("Sent the letters"),
    "scoring.publish_result": _("Published the result"),
}
