"""The jury's part of a call's hub, below /admin/calls/<call>/."""

from django.urls import path

from scoring.views import (
    workspace_assignment,
    workspace_assignment_compare,
    workspace_assignment_edit,
    workspace_assignment_plan,
    workspace_criteria,
    workspace_criterion,
    workspace_decision,
    workspace_explanation,
    workspace_extension,
    workspace_jury,
    workspace_objections,
    workspace_ranking,
    workspace_recruit,
    workspace_wishes,
)

app_name = "scoring_workspace"
urlpatterns = [
    path("criteria/", workspace_criteria.Criteria.as_view(), name="criteria"),
    path("criteria/new/", workspace_criterion.CriterionNew.as_view(), name="criterion_new"),
    path("criteria/scales/new/", workspace_criteria.ScaleAdd.as_view(), name="scale_add"),
    path("criteria/scales/<slug:scale>/", workspace_criteria.ScaleEdit.as_view(), name="scale"),
    path("criteria/scales/<slug:scale>/remove/", workspace_criteria.ScaleRemove.as_view(), name="scale_remove"),
    path("criteria/<slug:criterion>/remove/", workspace_criteria.CriterionRemove.as_view(), name="criterion_remove"),
    path("jury/", workspace_jury.Jury.as_view(), name="jury"),
    path("jury/invite/", workspace_jury.JurorInvite.as_view(), name="invite"),
    path("jury/pick/", workspace_recruit.JurorPick.as_view(), name="pick"),
    path("jury/invite/several/", workspace_recruit.InvitePeople.as_view(), name="invite_people"),
    path("jury/invitations/", workspace_recruit.Invitations.as_view(), name="invitations"),
    path(
        "jury/suggestions/<int:suggestion>/dismiss/",
        workspace_recruit.SuggestionDismiss.as_view(),
        name="suggestion_dismiss",
    ),
    path("jury/<int:juror>/again/", workspace_recruit.JurorAgain.as_view(), name="invite_again"),
    path("jury/<int:juror>/more-time/", workspace_extension.MoreTime.as_view(), name="more_time"),
    path("jury/<int:juror>/", workspace_jury.JurorEdit.as_view(), name="juror"),
    path("jury/<int:juror>/remove/", workspace_jury.JurorRemove.as_view(), name="remove"),
    path("jury/wishes/", workspace_wishes.Wishes.as_view(), name="wishes"),
    path("jury/publication/", workspace_objections.Publication.as_view(), name="publication"),
    path("jury/objections/<int:objection>/", workspace_objections.SettleObjection.as_view(), name="settle_objection"),
    path("jury/cases/<int:case>/", workspace_jury.Settle.as_view(), name="settle"),
    path("assignment/", workspace_assignment.Assignment.as_view(), name="assignment"),
    path("assignment/settings/", workspace_assignment_plan.AssignmentSettings.as_view(), name="assignment_settings"),
    path("assignment/new/", workspace_assignment_plan.AssignmentNew.as_view(), name="assignment_new"),
    path("assignment/compare/", workspace_assignment_compare.AssignmentCompare.as_view(), name="assignment_compare"),
    path("assignment/<int:run>/", workspace_assignment.AssignmentResult.as_view(), name="assignment_run"),
    path(
        "assignment/<int:run>/progress/", workspace_assignment.AssignmentProgress.as_view(), name="assignment_progress"
    ),
    path("assignment/<int:run>/publish/", workspace_assignment.AssignmentPublish.as_view(), name="assignment_publish"),
    path("assignment/<int:run>/edit/", workspace_assignment_edit.AssignmentByHand.as_view(), name="assignment_edit"),
    path(
        "assignment/<int:run>/repair/", workspace_assignment_edit.AssignmentRepair.as_view(), name="assignment_repair"
    ),
    path("assignment/<int:run>/delete/", workspace_assignment.AssignmentDelete.as_view(), name="assignment_delete"),
    path("assignment/<int:run>/explain/", workspace_explanation.Explain.as_view(), name="assignment_explain"),
    path("assignment/<int:run>/explain/file/", workspace_explanation.ExplainFile.as_view(), name="assignment_reasons"),
    path("assignment/<int:run>/matrix/", workspace_explanation.MatrixPage.as_view(), name="assignment_matrix"),
    path("assignment/<int:run>/problem/", workspace_explanation.ProblemFile.as_view(), name="assignment_problem"),
    path("ranking/", workspace_ranking.Ranking.as_view(), name="ranking"),
    path("ranking/progress/", workspace_ranking.RankingProgress.as_view(), name="ranking_progress"),
    path("ranking/export/", workspace_ranking.RankingExport.as_view(), name="ranking_export"),
    path("ranking/complete/", workspace_ranking.AssessmentComplete.as_view(), name="complete_assessment"),
    path("decision/", workspace_decision.DecisionHome.as_view(), name="decision"),
    path("decision/recommend/", workspace_decision.Recommend.as_view(), name="recommend"),
    path("decision/decide/", workspace_decision.Decide.as_view(), name="decide"),
    path("decision/letters/", workspace_decision.DecisionLetters.as_view(), name="decision_letters"),
    path("decision/publish/", workspace_decision.ResultPublish.as_view(), name="publish_result"),
]
