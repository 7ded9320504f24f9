from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .call_common import FRIDAY, CallCommon
from .common import TODAY


@tagged("post_install", "-at_install")
class TestCallGuide(CallCommon):
    """What the guide shows, how it is worded, and the express log beside it (METHOD T2 to T13)."""

    def guide(self, call=None):
        return (call or self.plan()).get_guide()

    # === WHAT IT SHOWS ===

    def test_the_guide_shows_who_what_and_since_when(self):
        invoice = self.overdue_invoice(7)
        self.give(self.customer, phone="030 123", ref="K1")
        shown = self.guide()
        self.assertEqual(shown["customer"]["ref"], "K1")
        self.assertEqual(shown["contacts"][0]["phone"], "030 123")
        (item,) = shown["items"]
        self.assertEqual((item["id"], item["days"]), (invoice.id, 7))
        self.assertIn(invoice.name, shown["gaps"]["invoices"])

    def test_what_is_not_due_yet_is_no_matter_of_the_call(self):
        terms = self.env["account.payment.term"].sudo().search([("line_ids", "!=", [])])
        terms = terms.filtered(lambda term: len(term.line_ids) == 2)[:1]
        invoice = self.overdue_invoice(7, amount=1000, terms=terms)
        first = invoice.line_ids.filtered("date_maturity").sorted("date_maturity")[0]
        (item,) = self.guide()["items"]
        self.assertEqual(item["id"], invoice.id)
        self.assertIn(str(int(first.amount_residual)), item["open"])
        self.assertEqual(self.guide()["values"]["promise_amount"], first.amount_residual)

    def test_two_currencies_are_not_added_up(self):
        dollar = self.env.ref("base.USD").sudo()  # an administrator has switched it on
        dollar.active = True
        self.overdue_invoice(7)
        self.overdue_invoice(7, amount=50, currency=dollar)
        self.assertIn(" + ", self.guide()["gaps"]["total"])

    def test_in_the_first_call_nothing_sounds_like_a_threat(self):
        invoice = self.overdue_invoice(7)
        first = self.guide()
        self.assertTrue(first["is_first"])
        avoided = [line for step in first["steps"] for line in step["avoid"]]
        self.assertIn("You will hear from our lawyer.", avoided)
        said = " ".join(step["sentence"] for step in first["steps"]).lower()
        for threat in ("lawyer", "agency", "court", "must"):
            self.assertNotIn(threat, said)
        self.finish("refused", self.planned())
        self.assertFalse(self.guide()["is_first"])
        self.assertEqual(self.planned()._get_moves(), invoice)

    def test_what_comes_next_is_the_next_letter_and_its_day(self):
        self.overdue_invoice(3)
        gaps = self.guide()["gaps"]
        self.assertEqual(gaps["next_level"], self.reminder.name)
        self.assertIn("27", gaps["next_date"])  # seven days after the due date

    def test_from_the_second_extension_on_the_guide_says_so(self):
        self.overdue_invoice(7)
        self.promise()
        warnings = " ".join(self.guide()["warnings"])
        self.assertIn("Time was given", warnings)
        second = self.promise(self.planned(), promise_date=FRIDAY)
        self.assertEqual(second.promise_ids.confirmation, "waiting")  # it holds, and waits

    def test_outside_the_call_hours_and_above_the_cap_the_guide_warns(self):
        self.overdue_invoice(7)
        self.company.sudo().dunning_call_week_cap = 1  # the manager's settings
        self.finish("not_reached")
        with self.at(day="2026-11-28"):  # a Saturday
            warnings = " ".join(self.guide(self.planned())["warnings"])
        self.assertIn("the cap is 1", warnings)
        self.assertIn("08:00–18:00", warnings)

    def test_the_past_stands_beside_it(self):
        invoice = self.overdue_invoice(7)
        self.propose()
        self.send(self.notice_of(invoice))
        self.promise(notes="Überweist am Freitag")
        shown = self.guide()
        self.assertEqual({row["kind"] for row in shown["history"]}, {"call", "letter"})
        self.assertIn("Frau Sommer", shown["promise"])
        self.assertTrue(shown["complaints"])  # the pause that the promise has brought

    def test_what_an_outcome_has_set_in_motion_is_told(self):
        self.overdue_invoice(7)
        said = {"promise_date": FRIDAY, "promise_amount": 100, "promise_person": "Frau Sommer"}
        told = " ".join(self.plan().finish_guide("promise", said))
        self.assertIn("Letters about it wait", told)
        self.assertIn("The summary goes to", told)

    def test_a_salesperson_is_guided_through_calls_of_his_customers(self):
        invoice = self.overdue_invoice(7)
        self.give(self.customer, user_id=self.salesperson.id)
        call = self.plan(user=self.salesperson).with_user(self.salesperson)
        self.assertEqual(call.get_guide()["items"][0]["id"], invoice.id)
        call.note({"notes": "gesprochen", "move_ids": [(6, 0, invoice.ids)]})
        call.finish_guide("refused", {})
        self.assertEqual(call.state, "done")

    def test_nobody_reads_the_calls_of_another_salesperson(self):
        self.overdue_invoice(7)
        call = self.plan()
        with self.assertRaises(AccessError):
            call.with_user(self.salesperson).get_guide()

    def test_a_call_is_about_one_customer(self):
        self.overdue_invoice(7)
        other = self.overdue_invoice(7, customer=self._create_customer("Fremd KG"))
        with self.assertRaisesRegex(ValidationError, "one customer"):
            self.plan().note({"move_ids": [(6, 0, other.ids)]})

    def test_the_guide_opens_from_customer_invoice_and_notice(self):
        invoice = self.overdue_invoice(7)
        self.propose()
        for document in (self.customer, invoice, self.notice_of(invoice)):
            action = document.action_dunning_call()
            self.assertEqual(action["context"]["active_id"], self.planned().id)
        self.assertEqual(self.planned().user_id, self.clerk)

    # === THE WORDS ===

    def test_sentences_of_the_guide_are_under_the_word_check(self):
        step = self.env.ref("mahnwesen_pro.dunning_call_step_date").with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "must"):
            step.sentence = "You must pay now."
        with self.assertRaisesRegex(ValidationError, "nonsense"):
            step.sentence = "Good day, {nonsense}."
        excuse = self.env.ref("mahnwesen_pro.dunning_excuse_fault").with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "must"):
            excuse.answer = "You must pay all the same."

    def test_guide_and_cards_are_complete_in_german(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.env["ir.module.module"].sudo()._load_module_terms(["mahnwesen_pro"], ["de_DE"])
        for model, names in (
            (
                "dunning.call.step",
                ("name", "sentence", "questions", "avoid", "avoid_first", "hint"),
            ),
            ("dunning.excuse", ("name", "answer", "questions", "avoid")),
        ):
            german = self.env[model].with_context(lang="de_DE").search([])
            for record in german:
                self.assertFalse(record._get_wording_findings()[record], record.name)
                for name in names:
                    english = record.with_context(lang="en_US")[name]
                    if english:
                        self.assertNotEqual(record[name], english, f"{record.name}: {name}")

    def test_there_is_a_card_for_each_of_the_five_excuses(self):
        cards = self.guide()["excuses"]
        leads = ["promise", "paid", "call_back", "part_payment", "complaint"]
        self.assertEqual([card["outcome"] for card in cards], leads)

    # === EXPRESS LOG, PLAN, HOLIDAY SHEET ===

    def test_the_express_log_needs_a_customer_and_an_outcome(self):
        self.overdue_invoice(7)
        with Form(self.env["dunning.call.log.wizard"]) as form:
            form.partner_id = self.customer
            form.outcome = "no_proposal"
        form.record.action_log()
        call = self.env["dunning.call"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((call.state, call.outcome), ("done", "no_proposal"))

    def test_a_call_that_comes_in_ends_the_planned_one(self):
        self.overdue_invoice(7)
        call = self.plan(date=FRIDAY)
        with Form(self.env["dunning.call.log.wizard"]) as form:
            form.partner_id = self.customer
            form.direction = "in"
            form.outcome = "promise"
            form.promise_date = FRIDAY
            form.spoken_with = "Frau Sommer"
        form.record.action_log()
        self.assertEqual((call.state, call.direction), ("done", "in"))
        self.assertEqual((call.promise_amount, call.promise_person), (100, "Frau Sommer"))

    def test_one_click_in_the_list_logs_that_nobody_answered(self):
        self.overdue_invoice(7)
        call = self.plan()
        call.action_not_reached()
        self.assertEqual((call.outcome, call.next_call_id.attempt), ("not_reached", 2))

    def test_a_call_is_planned_for_a_day_and_a_person(self):
        self.overdue_invoice(7)
        with Form(self.env["dunning.call.plan.wizard"]) as form:
            form.partner_id = self.customer
            form.date = FRIDAY
            form.user_id = self.colleague
        form.record.action_plan()
        call = self.planned()
        self.assertEqual((call.date, call.user_id), (FRIDAY, self.colleague))

    def test_the_holiday_sheet_tells_last_word_promise_and_next_date(self):
        self.overdue_invoice(7)
        self.promise(customer_words="Am Freitag ist es da.")
        self.plan(date=FRIDAY)
        sheet = self.env["dunning.call.sheet.wizard"].create({"substitute_id": self.colleague.id})
        (row,) = sheet._get_rows()
        self.assertEqual((row.partner, row.overdue), (self.customer.name, 100))
        self.assertEqual(row.words, "Am Freitag ist es da.")
        self.assertIn("Frau Sommer", row.promise)
        self.assertIn("27", row.following)

    def draw_sheet(self, user, of):
        """Return the rows of a holiday sheet as paper shows them, which is drawn as superuser."""
        sheets = self.env["dunning.call.sheet.wizard"].with_user(user)
        return sheets.create({"user_id": of.id}).sudo()._get_rows()

    def test_a_salesperson_prints_no_holiday_sheet_of_a_colleague(self):
        self.overdue_invoice(7)
        self.promise(customer_words="Am Freitag ist es da.")
        self.assertTrue(self.draw_sheet(self.colleague, of=self.clerk), "Clerks see all calls")
        self.assertFalse(self.draw_sheet(self.salesperson, of=self.clerk))
        self.give(self.customer, dunning_is_confidential=True)
        self.assertTrue(self.draw_sheet(self.manager, of=self.clerk))
        self.assertFalse(self.draw_sheet(self.clerk, of=self.clerk))

    def test_a_salesperson_who_hands_over_prints_the_next_dates_all_the_same(self):
        self.overdue_invoice(7)
        call = self.plan(user=self.salesperson, date=FRIDAY)
        sheets = self.env["dunning.call.sheet.wizard"].with_user(self.salesperson)
        values = {"substitute_id": self.colleague.id, "hands_over": True}
        sheet = sheets.create(values)
        sheet.action_print()
        self.assertEqual(call.user_id, self.colleague)
        (row,) = sheet.sudo()._get_rows()
        self.assertIn("27", row.following)
        with self.assertRaises(AccessError):
            sheets.create({"handed_over_ids": call.ids})

    def test_the_substitute_gets_the_calls(self):
        self.overdue_invoice(7)
        call = self.plan()
        values = {"substitute_id": self.colleague.id, "hands_over": True}
        self.env["dunning.call.sheet.wizard"].create(values).action_print()
        self.assertEqual(call.user_id, self.colleague)

    def test_the_next_call_is_the_most_pressing_of_ones_own_for_today(self):
        self.overdue_invoice(7)
        large_customer = self._create_customer("Großbau AG")
        self.overdue_invoice(40, amount=4000, customer=large_customer)
        self.plan()
        large = self.plan(customer=large_customer)
        action = self.env["dunning.call"].action_open_next()
        self.assertEqual(action["context"]["active_id"], large.id)
        self.assertEqual(large.date, TODAY)
