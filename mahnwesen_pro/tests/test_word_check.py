from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

REPROACH = "Dear Sir or Madam,\n\nYou must pay {total} by {deadline}."


@tagged("post_install", "-at_install")
class TestWordCheck(TransactionCase):
    """Texts are checked when they are saved, see METHOD P1, P2, R and M."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.env["ir.module.module"]._load_module_terms(["mahnwesen_pro"], ["de_DE"])
        cls.env.invalidate_all()
        groups = "mahnwesen_pro.group_dunning_%s"
        cls.manager = new_test_user(cls.env, "wording_manager", groups % "manager")
        cls.clerk = new_test_user(cls.env, "wording_clerk", groups % "clerk")
        cls.reminder, cls.first, cls.final = (
            cls.env.ref(f"mahnwesen_pro.dunning_level_{name}").with_user(cls.manager)
            for name in ("reminder", "first", "final")
        )
        cls.policy = cls.env.ref("mahnwesen_pro.dunning_policy_default")

    def assertRefused(self, level, values, *parts):
        with self.assertRaises(ValidationError) as refused:
            level.write(values)
        for part in parts:
            self.assertIn(part, str(refused.exception))

    def test_shipped_texts_pass_in_german_and_english(self):
        for lang in ("en_US", "de_DE"):
            for level in self.policy.with_context(lang=lang).level_ids:
                with self.subTest(lang=lang, level=level.name):
                    self.assertFalse(level.wording_hits)
                    self.assertEqual(level.wording_hit_count, 0)

    def test_shipped_texts_are_translated(self):
        for level in self.policy.level_ids:
            for name in ("name", *level._get_wording_texts()):
                with self.subTest(level=level.name, field=name):
                    german = level.with_context(lang="de_DE")[name]
                    self.assertNotEqual(german, level.with_context(lang="en_US")[name])

    def test_reproach_is_refused_with_line_and_better_wording(self):
        self.assertRefused(
            self.first, {"letter_closing": REPROACH}, "line 3: “must”", "Please transfer {total}"
        )

    def test_every_objection_is_listed(self):
        text = "You must pay. Unfortunately you failed.\nPay {total} at once, by {deadline}."
        self.assertRefused(
            self.first, {"email_body": text}, "must", "Unfortunately", "failed", "at once"
        )

    def test_long_lists_are_cut(self):
        text = "must " * 8
        self.assertRefused(self.first, {"letter_closing": text}, "more")

    def test_manager_keeps_a_text_with_a_reason(self):
        self.first.write({"letter_closing": REPROACH, "wording_reason": "Our lawyers ask for it"})
        self.assertEqual(self.first.letter_closing, REPROACH)
        self.assertGreater(self.first.wording_hit_count, 0)

    def test_reason_cannot_be_taken_away_while_the_text_stays(self):
        self.first.write({"letter_closing": REPROACH, "wording_reason": "Our lawyers ask for it"})
        self.assertRefused(self.first, {"wording_reason": False}, "must")

    def test_only_managers_give_reasons(self):
        with self.assertRaises(AccessError):
            self.first.with_user(self.clerk).wording_reason = "I like it so"
        with self.assertRaises(AccessError):
            self.first.with_user(self.clerk).sudo().wording_reason = "I like it so"

    def test_text_of_the_final_letter_is_too_much_for_a_firm_one(self):
        self.assertRefused(self.final, {"tone": "firm"}, "collection agency")

    def test_agency_is_named_in_the_final_letter_only(self):
        text = "We will then decide whether to engage a collection agency. {deadline}"
        self.final.letter_closing = text
        self.assertRefused(self.first, {"letter_closing": text}, "collection agency")

    def test_credit_bureau_is_refused_in_every_tone(self):
        for lang, text in (
            ("en_US", "We tell the credit bureau."),
            ("de_DE", "Das geht an die SCHUFA."),
        ):
            for level in (self.reminder, self.first, self.final):
                with self.subTest(lang=lang, tone=level.tone):
                    self.assertRefused(
                        level.with_context(lang=lang), {"letter_closing": text}, "§ 31 BDSG"
                    )

    def test_instalments_are_not_offered_in_a_reminder(self):
        text = "Gern bieten wir Ihnen eine Ratenzahlung an."
        self.assertRefused(
            self.reminder.with_context(lang="de_DE"), {"letter_closing": text}, "Ratenzahlung"
        )

    def test_each_language_has_its_own_words(self):
        german = self.first.with_context(lang="de_DE")
        self.assertRefused(german, {"email_subject": "{level}: Sie müssen zahlen"}, "müssen")
        self.first.email_subject = "{level}: müssen is not an English word"
        german.email_subject = "{level}: must ist kein deutsches Wort"

    def test_language_without_list_is_not_checked(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.first.with_context(lang="fr_FR").email_subject = "{level} must"
        self.assertFalse(self.first.with_context(lang="fr_FR").wording_hits)

    def test_translation_is_checked_in_its_own_language(self):
        with self.assertRaisesRegex(ValidationError, "müssen"):
            self.first.update_field_translations(
                "letter_closing",
                {"de_DE": "Sie müssen bis zum {deadline} zahlen, sonst {next_date}."},
            )

    def test_hits_are_shown_beside_the_text(self):
        self.first.write({"letter_closing": REPROACH, "wording_reason": "Our lawyers ask for it"})
        for part in ("must", "You must pay {total} by {deadline}.", "Pressure"):
            self.assertIn(part, self.first.wording_hits)

    def test_shown_text_is_escaped(self):
        self.first.write(
            {"letter_closing": "<b>must</b> {deadline}", "wording_reason": "Our lawyers ask for it"}
        )
        self.assertIn("&lt;b&gt;must", self.first.wording_hits)

    def test_text_without_date_is_refused(self):
        for name in ("letter_closing", "email_body"):
            with self.subTest(field=name):
                text = "Please transfer {total}, otherwise {next_level} from {next_date}."
                self.assertRefused(self.first, {name: text}, "{deadline}")

    def test_email_without_sum_is_refused(self):
        text = "Please pay by {deadline}, otherwise {next_level} from {next_date}."
        self.assertRefused(self.first, {"email_body": text}, "{total}")

    def test_letter_names_the_next_step_unless_it_is_the_last(self):
        text = "Please transfer {total} by {deadline}."
        self.assertRefused(self.first, {"letter_closing": text}, "{next_date}")
        self.final.letter_closing = text

    def test_list_can_be_changed(self):
        words = self.env["dunning.word"].with_user(self.manager)
        words.create({"lang": "en", "pattern": "kindly*", "suggestion": "please"})
        self.assertRefused(self.first, {"email_subject": "{level}: kindly pay"}, "kindly", "please")
        words.search([("pattern", "=", "kindly*")]).action_archive()
        self.first.email_subject = "{level}: kindly pay"

    def test_clerk_reads_the_list_only(self):
        words = self.env["dunning.word"].with_user(self.clerk)
        self.assertTrue(words.search([], limit=1))
        with self.assertRaises(AccessError):
            words.create({"lang": "en", "pattern": "kindly", "suggestion": "please"})

    @mute_logger("odoo.sql_db")
    def test_word_is_once_in_the_list_of_its_language(self):
        words = self.env["dunning.word"]
        words.create({"lang": "de", "pattern": "Frist*ÜBER", "suggestion": "Datum"})
        words.create({"lang": "en", "pattern": "frist*über", "suggestion": "date"})
        with self.assertRaises(IntegrityError):
            words.create({"lang": "de", "pattern": "frist*über", "suggestion": "Datum"})

    @mute_logger("odoo.sql_db")
    def test_word_needs_letters_and_a_tone(self):
        for values in (
            {"pattern": "*"},
            {"pattern": "word", "friendly": False, "firm": False, "final": False},
        ):
            with self.subTest(values=values), self.assertRaises(IntegrityError):
                self.env["dunning.word"].create({"lang": "en", "suggestion": "x", **values})
