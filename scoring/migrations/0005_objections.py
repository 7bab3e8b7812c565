"""Publishing who sits in a jury, and objections of agencies to a juror."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# The jury stands on the public page once it is published. What happens in a jury that is not must leave no trace there.
TRIGGERS = r"""
CREATE FUNCTION scoring_touch_call_of_juror() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE competition_call SET public_revision = public_revision
      WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.call_id ELSE NEW.call_id END
        AND id IN (SELECT call_id FROM scoring_jurypublication WHERE is_published);
    RETURN NULL;
END $$;

CREATE FUNCTION scoring_touch_calls_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE competition_call SET public_revision = public_revision
      WHERE id IN (SELECT call_id FROM scoring_juror WHERE user_id = NEW.id AND state = 'accepted')
        AND id IN (SELECT call_id FROM scoring_jurypublication WHERE is_published);
    RETURN NULL;
END $$;

CREATE FUNCTION scoring_touch_calls_of_employer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE competition_call SET public_revision = public_revision
      WHERE id IN (SELECT call_id FROM scoring_juror WHERE organisation_id = NEW.id AND state = 'accepted')
        AND id IN (SELECT call_id FROM scoring_jurypublication WHERE is_published);
    RETURN NULL;
END $$;

CREATE TRIGGER scoring_jurypublication_touches AFTER UPDATE OF is_published ON scoring_jurypublication
    FOR EACH ROW WHEN (OLD.is_published IS DISTINCT FROM NEW.is_published)
    EXECUTE FUNCTION competition_touch_call();
CREATE TRIGGER scoring_jurypublication_made_touches AFTER INSERT ON scoring_jurypublication
    FOR EACH ROW WHEN (NEW.is_published) EXECUTE FUNCTION competition_touch_call();
CREATE TRIGGER scoring_juror_seated_touches AFTER INSERT ON scoring_juror
    FOR EACH ROW WHEN (NEW.state = 'accepted') EXECUTE FUNCTION scoring_touch_call_of_juror();
CREATE TRIGGER scoring_juror_gone_touches AFTER DELETE ON scoring_juror
    FOR EACH ROW WHEN (OLD.state = 'accepted') EXECUTE FUNCTION scoring_touch_call_of_juror();
CREATE TRIGGER scoring_juror_touches AFTER UPDATE ON scoring_juror
    FOR EACH ROW WHEN (
        (OLD.state = 'accepted' OR NEW.state = 'accepted')
        AND (OLD.state, OLD.role, OLD.organisation_id) IS DISTINCT FROM (NEW.state, NEW.role, NEW.organisation_id)
    ) EXECUTE FUNCTION scoring_touch_call_of_juror();
CREATE TRIGGER scoring_person_touches AFTER UPDATE OF name ON accounts_user
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION scoring_touch_calls_of_person();
CREATE TRIGGER scoring_employer_touches AFTER UPDATE OF name ON accounts_organisation
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION scoring_touch_calls_of_employer();
"""

REVERSE = """
DROP TRIGGER scoring_employer_touches ON accounts_organisation;
DROP TRIGGER scoring_person_touches ON accounts_user;
DROP TRIGGER scoring_juror_touches ON scoring_juror;
DROP TRIGGER scoring_juror_gone_touches ON scoring_juror;
DROP TRIGGER scoring_juror_seated_touches ON scoring_juror;
DROP TRIGGER scoring_jurypublication_made_touches ON scoring_jurypublication;
DROP TRIGGER scoring_jurypublication_touches ON scoring_jurypublication;
DROP FUNCTION scoring_touch_calls_of_employer();
DROP FUNCTION scoring_touch_calls_of_person();
DROP FUNCTION scoring_touch_call_of_juror();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("competition", "0018_scan_state"),
        ("scoring", "0004_public_revision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JuryPublication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "is_published",
                    models.BooleanField(
                        default=False,
                        help_text="Name, part and employer of those who have accepted, on the page of the call.",
                        verbose_name="show the jury to everybody",
                    ),
                ),
                (
                    "objections_until",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which agencies may object to a juror, from the deadline on. Without a day they may until the assessment is completed.",
                        null=True,
                        verbose_name="objections until",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="jury_publication",
                        to="competition.call",
                    ),
                ),
            ],
            options={
                "verbose_name": "publication of a jury",
                "verbose_name_plural": "publications of juries",
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement", models.TextField(blank=True, max_length=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Not settled yet"),
                            ("upheld", "Upheld"),
                            ("not_upheld", "Not upheld"),
                            ("withdrawn", "Withdrawn"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "stood_verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("impartial", "Impartial"),
                            ("disqualified", "Disqualified"),
                            ("unsettled", "To be settled by the jury chair"),
                        ],
                        max_length=12,
                    ),
                ),
                ("stood_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "juror",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="objections", to="scoring.juror"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="scoring.impartialityreason"
                    ),
                ),
                (
                    "sketch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="objections", to="competition.sketch"
                    ),
                ),
                (
                    "stood_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "objection to a juror",
                "verbose_name_plural": "objections to jurors",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("juror", "sketch"),
                        name="scoring_one_open_objection",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("closed_at__isnull", False),
                                ("statement", ""),
                            ),
                            _connector="OR",
                        ),
                        name="scoring_closed_objection_tells_no_story",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TRIGGERS, REVERSE),
    ]
