from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import format_date

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestWizards(DunningCommon):
    """The windows that ask the clerk for something."""

    def fill(self, action, **values):
        """Open the window of ``action``, fill it in and return the saved wizard."""
        model = self.env[action["res_model"]].with_context(**action.get("context", {}))
        record = model.browse(action.get("res_id"))
        with Form(record if record else model) as form:
            for name, value in values.items():
                setattr(form, name, value)
        return form.record

    def test_leaving_an_item_out_drops_it_from_the_proposal_at_once(self):
        out, stays = self.overdue_invoice(7), self.overdue_invoice(9, 50)
        self.propose()
        notice = self.notice_of(stays)
        line = notice.line_ids.filtered(lambda line: line.move_id == out)
        self.fill(line.action_leave_out()).action_place()
        self.assertEqual(notice.line_ids.move_id, stays)
        self.assertEqual((notice.state, notice.amount_total), ("proposed", 50))
        self.propose()
        self.assertNotDunned(out, "blocked")

    def test_leaving_a_customer_out_drops_the_proposal_and_says_why(self):
        invoice = self.overdue_invoice(7)
        self.propose()
        notice = self.notice_of(invoice)
        self.fill(notice.action_leave_out()).action_place()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("Paused", notice.cancel_reason)
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_the_usual_length_of_the_reason_is_proposed(self):
        self.pause_reason.sudo().days = 30
        wizard = self.fill(self.customer.action_dunning_pause(), reason_id=self.pause_reason)
        self.assertEqual(wizard.date_end, TODAY + timedelta(days=30))

    def test_a_part_of_an_invoice_is_paused(self):
        invoice = self.overdue_invoice(7)
        self.propose()
        wizard = self.fill(
            invoice.action_dunning_pause(),
            reason_id=self.pause_reason,
            is_partial=True,
            amount=40,
            note="Two boxes were broken",
        )
        wizard.action_place()
        self.assertDunned(invoice, self.reminder, 60)
        self.assertEqual(invoice.dunning_block_ids.note, "Two boxes were broken")

    def test_the_pause_of_an_invoice_is_ended_from_the_invoice(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice)
        invoice.action_dunning_release()
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_cancelling_asks_for_the_reason(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        notice = self.notice_of(invoice)
        wizard = self.fill(notice.action_cancel(), reason="Sent to the wrong address")
        self.assertTrue(wizard.has_sent)
        wizard.action_cancel()
        self.assertEqual(
            (notice.state, notice.cancel_reason), ("cancelled", "Sent to the wrong address")
        )

    def test_a_run_for_some_customers_on_another_day_is_a_dry_run(self):
        invoice = self.overdue_invoice(3)
        action = {"res_model": "dunning.run.wizard"}
        wizard = self.fill(action, is_dry_run=True, date=TODAY + timedelta(days=4))
        wizard.partner_ids = self.customer
        run = self.env["dunning.run"].browse(wizard.action_propose()["res_id"])
        self.assertTrue(run.is_dry_run)
        self.assertEqual(run.notice_ids.line_ids.move_id, invoice)

    def test_a_run_for_today_leaves_the_date_alone(self):
        invoice = self.overdue_invoice(7)
        wizard = self.fill({"res_model": "dunning.run.wizard"})
        run = self.env["dunning.run"].browse(wizard.action_propose()["res_id"])
        self.assertEqual((run.date, run.is_dry_run), (TODAY, False))
        self.assertDunned(invoice, self.reminder)

    def test_the_run_window_shows_how_far_the_bank_is_booked(self):
        self.pay(self.overdue_invoice(7))
        wizard = self.fill({"res_model": "dunning.run.wizard"})
        self.assertIn(format_date(self.env, TODAY), wizard.bank_note)

    def test_the_explanation_lists_every_item_of_the_invoice(self):
        invoice = self.overdue_invoice(3)
        action = invoice.action_dunning_explain()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.move_id, invoice)
        day = TODAY + timedelta(days=4)
        self.assertEqual(wizard.line_ids.dunnable_from, day)
        self.assertIn(format_date(self.env, day), wizard.line_ids.reasons)

    def test_letters_are_printed_as_one_batch_and_then_confirmed(self):
        self.customer.sudo().email = False
        self.overdue_invoice(7)
        self.env = self.env(context={**self.env.context, "force_report_rendering": True})
        run = self.propose()
        run.action_approve()
        run.action_send()
        self.assertEqual(run.print_count, 1)
        action = run.action_print()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.count, 1)
        self.assertTrue(wizard.pdf_file)
        self.assertEqual(run.notice_ids.state, "sending")
        wizard.action_mark_printed()
        self.assertEqual(run.notice_ids.state, "sent")
        run.invalidate_recordset(["print_count"])
        self.assertEqual(run.print_count, 0)

    def waiting_letters(self, *amounts):
        """Return invoices whose reminders wait for printing, each to a customer of its own."""
        invoices = self.env["account.move"]
        for number, amount in enumerate(amounts):
            customer = self._create_customer(f"Letter {number}", email=False)
            invoices |= self.overdue_invoice(7, amount, customer=customer)
        notices = self.propose().notice_ids
        notices.action_approve()
        notices.action_send()
        self.assertEqual(set(notices.mapped("state")), {"sending"})
        return invoices

    def test_a_letter_that_was_paid_before_it_was_printed_stays_in_the_house(self):
        paid, _other = invoices = self.waiting_letters(100, 200)
        self.pay(paid)
        self.env = self.env(context={**self.env.context, "force_report_rendering": True})
        action = self.notice_of(invoices[1]).run_id.action_print()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.overtaken_ids, self.notice_of(paid))
        self.assertEqual((wizard.count, wizard.delivery_ids.notice_id.amount_total), (1, 200))
        action = wizard.action_cancel_overtaken()
        reason = self.env[action["res_model"]].with_context(**action["context"])
        reason.create({"reason": "Paid"}).action_cancel()
        self.assertEqual(self.notice_of(paid, ("cancelled",)).delivery_ids.state, "withdrawn")
        with self.assertRaisesRegex(UserError, "no letter that waits"):
            self.notice_of(paid, ("cancelled",)).action_print()

    def test_where_every_letter_was_overtaken_the_reason_is_told(self):
        contested = self.waiting_letters(100)
        self.pause(contested)
        with self.assertRaisesRegex(UserError, "Nothing is printed"):
            self.notice_of(contested).action_print()

    def test_a_letter_that_waits_for_printing_may_be_cancelled(self):
        invoice = self.waiting_letters(100)
        self.notice_of(invoice).action_cancel("Agreed on the phone")
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_nothing_to_print_is_said_plainly(self):
        run = self.propose()
        with self.assertRaisesRegex(UserError, "no letter that waits"):
            run.action_print()

    def test_dun_now_opens_the_proposal_or_the_reasons(self):
        fresh = self.overdue_invoice(2)
        self.assertEqual(fresh.action_dunning_now()["res_model"], "dunning.run.skip")
        late = self.overdue_invoice(7)
        action = late.action_dunning_now()
        self.assertEqual(action["res_model"], "dunning.notice")
        self.assertDunned(late, self.reminder)
