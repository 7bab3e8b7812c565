"""Counts `call.public_revision` on at what the page of a call shows of other apps' tables as well.

A page in the tree consists of two rows: Wagtail moves pages, and takes them down, by the row that is not ours.
"""

from django.db import migrations

TRIGGERS = r"""
CREATE FUNCTION competition_touch_call_of_page() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM competition_touch(call_id) FROM competition_callpage WHERE page_ptr_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION competition_touch_calls_of_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE competition_call SET public_revision = public_revision
      WHERE programme_id IN (SELECT id FROM competition_programme WHERE organisation_id = NEW.id)
         OR id IN (SELECT call_id FROM competition_accessexception WHERE organisation_id = NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION competition_touch_calls_of_topic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE competition_call SET public_revision = public_revision
      WHERE id IN (SELECT call_id FROM competition_call_topics WHERE topic_id = NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER competition_page_touches AFTER UPDATE ON wagtailcore_page
    FOR EACH ROW WHEN (
        OLD.title IS DISTINCT FROM NEW.title OR OLD.live IS DISTINCT FROM NEW.live
        OR OLD.path IS DISTINCT FROM NEW.path OR OLD.slug IS DISTINCT FROM NEW.slug
        OR OLD.locale_id IS DISTINCT FROM NEW.locale_id OR OLD.seo_title IS DISTINCT FROM NEW.seo_title
        OR OLD.search_description IS DISTINCT FROM NEW.search_description
    ) EXECUTE FUNCTION competition_touch_call_of_page();
CREATE TRIGGER competition_organisation_touches AFTER UPDATE OF name ON accounts_organisation
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)
    EXECUTE FUNCTION competition_touch_calls_of_organisation();
CREATE TRIGGER competition_topic_touches AFTER UPDATE ON competition_topic
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION competition_touch_calls_of_topic();
"""

REVERSE = """
DROP TRIGGER competition_topic_touches ON competition_topic;
DROP TRIGGER competition_organisation_touches ON accounts_organisation;
DROP TRIGGER competition_page_touches ON wagtailcore_page;
DROP FUNCTION competition_touch_calls_of_topic();
DROP FUNCTION competition_touch_calls_of_organisation();
DROP FUNCTION competition_touch_call_of_page();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("competition", "0005_public_revision"),
        ("accounts", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunSQL(TRIGGERS, REVERSE)]
