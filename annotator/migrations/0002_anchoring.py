
import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotator", "0001_initial"),
        ("articles", "0002_anchoring"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="place",
            name="place_state_known",
        ),
        migrations.RemoveField(
            model_name="place",
            name="spans",
        ),
        migrations.AddField(
            model_name="attribution",
            name="anchoring",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="claim",
            name="anchoring",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="mention",
            name="anchoring",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="place",
            name="wire",
            field=models.JSONField(
                default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, help_text="Its wire form then."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="stance",
            name="anchoring",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddIndex(
            model_name="attribution",
            index=models.Index(
                condition=models.Q(("anchoring", ""), _negated=True), fields=["coding"], name="attribution_needs_look"
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("anchoring", ""), _negated=True), fields=["coding"], name="claim_needs_look"
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                condition=models.Q(("anchoring", ""), _negated=True), fields=["coding"], name="mention_needs_look"
            ),
        ),
        migrations.AddIndex(
            model_name="stance",
            index=models.Index(
                condition=models.Q(("anchoring", ""), _negated=True), fields=["coding"], name="stance_needs_look"
            ),
        ),
        migrations.AddConstraint(
            model_name="attribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("anchoring__in", ["changed", "orphaned", ""])),
                name="attribution_anchoring_known",
                violation_error_code="anchoring",
                violation_error_message="`anchoring`: use one of changed, orphaned.",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("anchoring__in", ["changed", "orphaned", ""])),
                name="claim_anchoring_known",
                violation_error_code="anchoring",
                violation_error_message="`anchoring`: use one of changed, orphaned.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.CheckConstraint(
                condition=models.Q(("anchoring__in", ["changed", "orphaned", ""])),
                name="mention_anchoring_known",
                violation_error_code="anchoring",
                violation_error_message="`anchoring`: use one of changed, orphaned.",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["kept", "moved", "changed", "orphaned", "restored"])),
                name="place_state_known",
                violation_error_code="state",
                violation_error_message="`state`: use one of kept, moved, changed, orphaned, restored.",
            ),
        ),
        migrations.AddConstraint(
            model_name="stance",
            constraint=models.CheckConstraint(
                condition=models.Q(("anchoring__in", ["changed", "orphaned", ""])),
                name="stance_anchoring_known",
                violation_error_code="anchoring",
                violation_error_message="`anchoring`: use one of changed, orphaned.",
            ),
        ),
    ]
