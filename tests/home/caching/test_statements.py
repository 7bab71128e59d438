import pytest

from home.caching.statements import may_show


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT "id" FROM "crm_contact"',
        "select 1",
        "  SELECT 1",
        "SAVEPOINT s1",
        "RELEASE SAVEPOINT s1",
        "PRAGMA foreign_keys",
        "ANALYZE",
        'INSERT INTO "newsletter_delivery" ("id") VALUES (%s)',
        "COPY newsletter_delivery (id) FROM STDIN",
        'insert or ignore into "django_session" values (1)',
        'UPDATE "newsletter_pagevisits" SET "people" = 1',
        "DELETE FROM django_session",
        "WITH due AS (SELECT id FROM newsletter_delivery FOR UPDATE SKIP LOCKED)"
        " UPDATE newsletter_delivery SET state = 'claimed' FROM due",
        "INSERT INTO home_pagegeneration (id, number) VALUES (1, 2)"
        " ON CONFLICT (id) DO UPDATE SET number = excluded.number",
        'INSERT INTO "wagtailimages_rendition" ("id") VALUES (%s)',
        'UPDATE "auth_user" SET "last_login" = %s WHERE "auth_user"."id" = %s',
        'UPDATE "wagtailcore_page" SET "latest_revision_id" = %s, '
        '"draft_title" = %s WHERE "wagtailcore_page"."id" = %s',
    ],
)
def test_statement_that_no_page_shows_is_passed_over(sql):
    assert not may_show(sql)


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO "crm_contact" ("id") VALUES (%s)',
        'insert or replace into "crm_topic" values (1)',
        'REPLACE INTO "crm_topic" VALUES (1)',
        '\n  UPDATE\n  "crm_seat" SET "title" = %s',
        'UPDATE ONLY "crm_seat" SET "title" = %s',
        "DELETE FROM crm_membership",
        'DELETE FROM "wagtailimages_rendition"',
        'UPDATE "wagtailcore_page" SET "live" = %s, "draft_title" = %s WHERE "id" = %s',
        'UPDATE "wagtailcore_page" SET "draft_title" = %s',
        "WITH t AS (SELECT 1) INSERT INTO crm_contact SELECT * FROM t",
        "WITH t AS (DELETE FROM crm_seat RETURNING id)"
        " INSERT INTO newsletter_delivery SELECT * FROM t",
        "COPY crm_contact FROM STDIN",
        "TRUNCATE crm_contact",
        "ALTER TABLE crm_contact ADD x int",
        "MERGE INTO crm_contact USING x ON true WHEN MATCHED THEN DELETE",
        "a_table_that_somebody_adds_tomorrow",
        "",
        b"UPDATE newsletter_delivery SET state = 'x'",
        object(),
    ],
)
def test_statement_that_pages_may_show_is_a_change(sql):
    assert may_show(sql)


def test_update_whose_columns_are_too_many_to_read_is_a_change():
    columns = ", ".join(f'"draft_title" = %s /* {n} */' for n in range(40))

    assert may_show(f'UPDATE "wagtailcore_page" SET {columns} WHERE "id" = %s')
