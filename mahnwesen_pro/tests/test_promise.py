from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import TODAY, DunningCommon

FRIDAY = TODAY + timedelta(days=4)

#: With two working days of tolerance.
LAST_DAY = TODAY + timedelta(days=8)


class PromiseCommon(DunningCommon):
    """Two working days of tolerance, and words for promises."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = cls.env(su=True)
        cls.company.with_env(admin).dunning_promise_days = 2
        cls.company.partner_id.with_env(admin).tz = "Europe/Berlin"
        clerk_env, cls.env = cls.env, admin
        cls.usd = cls.setup_other_currency("USD", rates=[("1900-01-01", 2.0)]).with_env(clerk_env)
        cls.env = clerk_env

    # === DOING ===

    def promise(self, invoices, amount=None, day=FRIDAY, **values):
        lines = invoices._get_dunning_open_lines()
        amount = amount or sum(lines.mapped("amount_residual_currency"))
        return self.env["dunning.promise"]._record(lines, day, amount, "Frau Sommer", **values)

    def check(self, agreements):
        """The scheduled action comes by."""
        agreements.check(agreements)

    def payment_of(self, amount, partner=None, **values):
        """Post a payment that nobody has assigned to an invoice."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.customer).id,
                "amount": amount,
                "date": fields.Date.today(),
                **values,
            }
        )
        payment.action_post()
        return payment

    def assign(self, payment, invoices):
        lines = (payment.move_id | invoices).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    def cancel_by_credit_note(self, invoice):
        """Cancel an invoice as Odoo does it: by a credit note that takes it back."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": fields.Date.today()})
        )
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        credit.action_post()
        self.assertFalse(invoice.amount_residual)

    # === SAYING ===

    def assertPromise(self, promise, state, paid=None):
        self.check(promise)
        self.assertEqual(promise.state, state)
        if paid is not None:
            self.assertEqual(promise.amount_paid, paid)


@tagged("post_install", "-at_install")
class TestPromise(PromiseCommon):
    """A promise is judged by the payments (METHOD T6, T10, T12)."""

    def test_a_promise_pauses_its_items_until_the_tolerance_has_passed(self):
        promised, other = self.overdue_invoice(7), self.overdue_invoice(8)
        promise = self.promise(promised)
        self.assertEqual(promise.date_limit, LAST_DAY, "Friday, two working days")
        self.propose()
        self.assertNotDunned(promised, "blocked")
        self.assertDunned(other, self.reminder, 100)
        with self.at(day=LAST_DAY):
            self.propose()
            self.assertNotDunned(promised, "blocked")
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.propose()
            self.assertDunned(promised, self.reminder, 100)

    def test_a_promise_needs_a_day_to_come_an_amount_and_a_name(self):
        lines = self.overdue_invoice(7)._get_dunning_open_lines()
        record = self.env["dunning.promise"]._record
        for day, amount, person in (
            (TODAY - timedelta(days=1), 100, "Frau Sommer"),
            (FRIDAY, 0, "Frau Sommer"),
            (FRIDAY, 100, " "),
        ):
            with self.assertRaises(ValidationError):
                record(lines, day, amount, person)
        other = self._create_customer("Fremde KG")
        lines |= self.overdue_invoice(7, customer=other)._get_dunning_open_lines()
        with self.assertRaises(ValidationError):
            record(lines, FRIDAY, 100, "Frau Sommer")

    # === KEPT ===

    def test_two_part_payments_keep_it(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(2):
            self.pay(invoice, 60)
            self.assertPromise(promise, "open", paid=60)
        with self.at(day=LAST_DAY):
            self.pay(invoice, 40)
            self.assertPromise(promise, "kept", paid=100)
        self.assertFalse(promise.block_ids.filtered("is_running"))

    def test_the_last_minute_of_the_tolerance_keeps_it(self):
        """The day ends at midnight in Hamburg, which is an hour earlier elsewhere."""
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        night = datetime.combine(LAST_DAY, datetime.min.time()) + timedelta(hours=22, minutes=59)
        with freeze_time(night):  # 23:59 in Hamburg
            self.assertPromise(promise, "open")
            self.pay(invoice)
        with freeze_time(night + timedelta(minutes=2)):
            self.assertPromise(promise, "kept")

    def test_nothing_by_the_last_minute_breaks_it_a_minute_later(self):
        promise = self.promise(self.overdue_invoice(7))
        night = datetime.combine(LAST_DAY, datetime.min.time()) + timedelta(hours=22, minutes=59)
        with freeze_time(night):
            self.assertPromise(promise, "open")
        with freeze_time(night + timedelta(minutes=2)):
            self.assertPromise(promise, "broken")
            self.assertEqual(promise.date_closed, LAST_DAY + timedelta(days=1))

    def test_who_keeps_it_early_ends_the_pause(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice, 60)
        with self.at(1):
            self.pay(invoice, 60)
            self.assertPromise(promise, "kept")
            self.propose()
            self.assertDunned(invoice, self.reminder, 40)

    def test_another_partner_of_the_firm_pays(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        branch = self._create_customer("Filiale", is_company=False, parent_id=self.customer.id)
        with self.at(3):
            payment = self.payment_of(100, partner=branch)
            self.assign(payment, invoice)
            self.assertPromise(promise, "kept")

    def test_a_firm_of_the_group_pays(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(3):
            payment = self.payment_of(100, partner=self._create_customer("Sommer Holding GmbH"))
            self.assign(payment, invoice)
            self.assertPromise(promise, "kept")

    def test_more_than_the_debt_is_kept_by_paying_the_debt(self):
        invoices = self.overdue_invoice(7) | self.overdue_invoice(9, 50)
        promise = self.promise(invoices, 1000)
        self.assertEqual(sum(promise.item_ids.mapped("amount")), 150)
        with self.at(3):
            self.pay(invoices)
            self.assertPromise(promise, "kept", paid=150)

    def test_what_was_paid_before_does_not_count(self):
        invoice = self.overdue_invoice(7)
        self.pay(invoice, 40)
        promise = self.promise(invoice)
        self.assertEqual(promise.amount, 60)
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.assertPromise(promise, "broken", paid=0)

    def test_it_covers_its_items_only(self):
        promised, other = self.overdue_invoice(9), self.overdue_invoice(7)
        promise = self.promise(promised)
        with self.at(3):
            self.pay(other)
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.assertPromise(promise, "broken", paid=0)

    def test_it_is_kept_in_a_foreign_currency(self):
        invoice = self.overdue_invoice(7, 300, currency=self.usd)
        promise = self.promise(invoice)
        self.assertEqual((promise.currency_id, promise.amount), (self.usd, 300))
        with self.at(2):
            self.pay(invoice, 100)  # dollars
            self.assertPromise(promise, "open", paid=100)
            payment = self.payment_of(100)  # euro
            self.assign(payment, invoice)
            self.assertPromise(promise, "kept", paid=300)

    # === BROKEN ===

    def test_a_day_late_is_broken_and_needs_no_reaction_when_paid(self):
        self.policy.sudo().promise_broken = "call"
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.pay(invoice)
            self.assertPromise(promise, "broken", paid=0)
        self.assertFalse(promise.to_follow_up)
        self.assertFalse(self.env["dunning.call"].search([("partner_id", "=", self.customer.id)]))

    def test_half_is_partly_kept(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(3):
            self.pay(invoice, 50)
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.assertPromise(promise, "partly", paid=50)
            self.assertTrue(promise.to_follow_up)
            self.propose()
            self.assertDunned(invoice, self.reminder, 50)

    def test_a_statement_that_is_imported_late_heals_it(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.assertPromise(promise, "broken")
        with self.at(day=LAST_DAY + timedelta(days=2)):
            self.assign(self.payment_of(100, date=LAST_DAY), invoice)
            self.assertPromise(promise, "kept", paid=100)
            self.assertFalse(promise.to_follow_up)

    def test_money_that_nobody_has_assigned_breaks_no_promise(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(3):
            payment = self.payment_of(100)
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.assertPromise(promise, "open")
            self.assertTrue(promise.is_under_way)
            self.assign(payment, invoice)
            self.assertPromise(promise, "kept")

    def test_money_that_came_before_the_promise_does_not_hold_it_up(self):
        self.payment_of(30)
        with self.at(1):
            promise = self.promise(self.overdue_invoice(7))
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.assertPromise(promise, "broken")

    def test_after_a_broken_promise_the_next_level_leaves_less_time(self):
        self.policy.sudo().promise_days_to_pay = 5
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(day=LAST_DAY + timedelta(days=1)):  # Wednesday
            self.assertPromise(promise, "broken")
            self.propose()
            notice = self.notice_of(invoice)
            deadline = LAST_DAY + timedelta(days=6)  # Monday
            self.assertEqual(notice.date_deadline, deadline)
            self.assertTrue(notice.has_broken_promise)
            self.send(notice)
            self.assertEqual(notice.date_deadline, deadline)

    def test_without_a_broken_promise_the_level_gives_its_time(self):
        self.policy.sudo().promise_days_to_pay = 5
        invoice = self.overdue_invoice(7)
        self.propose()
        self.assertEqual(self.notice_of(invoice).date_deadline, TODAY + timedelta(days=10))

    def test_the_policy_asks_for_one_call_about_all_that_was_broken(self):
        self.policy.sudo().promise_broken = "call"
        first, second = self.overdue_invoice(7), self.overdue_invoice(9, 50)
        promises = self.promise(first) | self.promise(second)
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.check(promises)
        self.assertEqual(promises.mapped("state"), ["broken"] * 2)
        call = self.env["dunning.call"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((call.cause, call.state), ("broken_promise", "planned"))
        self.assertEqual(call.move_ids, first | second)

    def test_the_policy_asks_for_no_call(self):
        promise = self.promise(self.overdue_invoice(7))
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.assertPromise(promise, "broken")
        self.assertFalse(self.env["dunning.call"].search([("partner_id", "=", self.customer.id)]))

    def test_the_scheduled_action_decides(self):
        kept, broken = self.overdue_invoice(7), self.overdue_invoice(9)
        promises = self.promise(kept) | self.promise(broken)
        with self.at(3):
            self.pay(kept)
        with self.at(day=LAST_DAY + timedelta(days=1)), self.enter_registry_test_mode():
            self.env.ref("mahnwesen_pro.ir_cron_dunning_promise").sudo().method_direct_trigger()
        self.assertEqual(promises.mapped("state"), ["kept", "broken"])
        self.assertEqual(self.customer.dunning_reliability, 50)
        self.assertEqual(self.customer.dunning_promise_broken, 1)

    # === THE CLAIM CHANGES ===

    def test_a_cancelled_invoice_leaves_nothing_to_promise(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(2):
            self.cancel_by_credit_note(invoice)
        with self.at(day=LAST_DAY + timedelta(days=1)):
            self.assertPromise(promise, "cancelled")
        self.assertEqual(self.customer.dunning_promise_decided, 0)

    def test_an_invoice_reset_and_cancelled_leaves_nothing_to_promise(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(day=LAST_DAY + timedelta(days=1)):
            invoice.button_draft()
            self.assertPromise(promise, "open")
            invoice.button_cancel()
            self.assertPromise(promise, "cancelled")

    def test_a_corrected_invoice_keeps_its_promise(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(2):
            invoice.button_draft()
            invoice.action_post()
            self.pay(invoice)
            self.assertPromise(promise, "kept")

    def test_a_credit_lowers_what_has_to_be_paid(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        with self.at(2):
            credit = self.credit_note(30)
            lines = (invoice | credit).line_ids
            lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
            self.pay(invoice, 70)
            self.assertPromise(promise, "kept", paid=70)

    # === MORE TIME ===

    def test_a_further_promise_replaces_the_first_and_waits_for_the_manager(self):
        invoice = self.overdue_invoice(7)
        first = self.promise(invoice)
        self.assertEqual((first.number, first.confirmation), (1, "none"))
        with self.at(3):
            second = self.promise(invoice, day=FRIDAY + timedelta(days=7))
            self.assertEqual((second.number, second.confirmation), (2, "waiting"))
            self.assertEqual((first.state, first.replaced_by_id), ("cancelled", second))
            self.propose()
            self.assertNotDunned(invoice, "blocked")
            second.with_user(self.manager).action_confirm()
        self.assertEqual((second.confirmation, second.confirmed_by_id), ("confirmed", self.manager))

    def test_a_manager_declines_and_the_clerk_is_told_to_tell(self):
        invoice = self.overdue_invoice(7)
        self.promise(invoice)
        second = self.promise(invoice, day=FRIDAY + timedelta(days=7))
        second.with_user(self.manager).action_cancel("Twice is enough")
        self.assertEqual((second.state, second.confirmation), ("cancelled", "declined"))
        self.assertEqual(second.activity_ids.user_id, self.clerk)
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_the_manager_confirms_by_promising(self):
        invoice = self.overdue_invoice(7)
        self.promise(invoice)
        self.env, env = self.env(user=self.manager), self.env
        second = self.promise(invoice.with_env(self.env))
        self.env = env
        self.assertEqual(second.confirmation, "confirmed")

    def test_a_promise_to_pay_today_gives_no_more_time(self):
        invoice = self.overdue_invoice(7)
        today = self.promise(invoice, 30, day=TODAY)
        self.assertEqual((today.number, today.confirmation), (0, "none"))
        self.pay(invoice, 30)
        self.assertPromise(today, "kept")
        rest = self.promise(invoice)
        self.assertEqual((rest.number, rest.confirmation), (1, "none"))

    def test_what_is_promised_anew_leaves_the_rest_where_it_was(self):
        moved, stays = self.overdue_invoice(9), self.overdue_invoice(7, 50)
        first = self.promise(moved | stays)
        second = self.promise(moved, day=FRIDAY + timedelta(days=7))
        self.assertEqual((first.state, first.amount, first.move_ids), ("open", 50, stays))
        self.assertEqual((second.number, second.amount), (2, 100))
        with self.at(2):
            self.pay(stays)
            self.assertPromise(first, "kept")
            self.propose()
            self.assertNotDunned(moved, "blocked")

    def test_each_instalment_of_a_payment_term_is_promised_by_itself(self):
        terms = (
            self.env["account.payment.term"]
            .sudo()
            .create(
                {
                    "name": "Half and half",
                    "line_ids": [
                        fields.Command.create(
                            {"value": "percent", "value_amount": 50, "nb_days": days}
                        )
                        for days in (0, 10)
                    ],
                }
            )
        )
        invoice = self.overdue_invoice(20, 200, terms=terms)
        first, second = invoice._get_dunning_open_lines()
        record = self.env["dunning.promise"]._record
        one = record(first, FRIDAY, 100, "Frau Sommer")
        other = record(second, FRIDAY + timedelta(days=3), 100, "Frau Sommer")
        self.assertEqual((one.state, one.number), ("open", 1))
        self.assertEqual((other.state, other.number), ("open", 1))

    # === BY HAND ===

    def test_the_clerk_records_it_in_the_dialogue(self):
        invoices = self.overdue_invoice(7) | self.overdue_invoice(9, 50)
        action = invoices.action_dunning_promise()
        wizard = (
            self.env["dunning.promise.wizard"]
            .with_context(**action["context"])
            .create({"date": FRIDAY, "person": "Frau Sommer", "note": "After the trade fair"})
        )
        self.assertEqual((wizard.amount, wizard.number), (150, 1))
        promise = self.env["dunning.promise"].browse(wizard.action_record()["res_id"])
        self.assertEqual((promise.amount, promise.person), (150, "Frau Sommer"))
        self.assertEqual(promise.move_ids, invoices)
        self.assertEqual(invoices.mapped("dunning_promise_count"), [1, 1])

    def test_nothing_open_is_a_sentence(self):
        invoice = self.overdue_invoice(7)
        self.pay(invoice)
        for action in (invoice.action_dunning_promise, invoice.action_dunning_plan):
            with self.assertRaisesRegex(UserError, "Nothing is open here"):
                action()

    def test_a_promise_is_cancelled_with_a_reason_and_never_deleted(self):
        invoice = self.overdue_invoice(7)
        promise = self.promise(invoice)
        promise.action_cancel("Recorded for the wrong customer")
        self.assertEqual(promise.state, "cancelled")
        with self.assertRaises(UserError):
            promise.sudo().unlink()
        self.assertEqual(self.promise(invoice).number, 1, "an error does not count")

    # === MANY ===

    def test_ten_times_the_promises_take_the_same_queries(self):
        def checking(count):
            promises = self.env["dunning.promise"]
            for _number in range(count):
                promises |= self.promise(self.overdue_invoice(7))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.at(day=LAST_DAY + timedelta(days=1)):
                self.check(promises)
                self.env.flush_all()
            self.assertEqual(set(promises.mapped("state")), {"broken"})
            return self.cr.sql_log_count - before

        checking(1)
        few, many = checking(2), checking(20)
        self.assertLessEqual(many, few + 5)
