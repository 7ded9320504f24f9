from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestStops(DunningCommon):
    """Money on its way and our own faults: a reminder would be wrong, and says why."""

    def bank_line(self, amount, reference="", **values):
        """A line of the bank statement that nobody has assigned yet."""
        journal = self.company_data["default_journal_bank"]
        return (
            self.env["account.bank.statement.line"]
            .sudo()
            .create(
                {
                    "journal_id": journal.id,
                    "date": TODAY,
                    "amount": amount,
                    "payment_ref": reference or "Payment",
                    **values,
                }
            )
        )

    def online_payment(self, invoice):
        """An online payment of the invoice whose confirmation has not come yet."""
        providers = self.env["payment.provider"].sudo()
        return (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": providers.create(
                        {"name": "Cards", "company_id": self.company.id}
                    ).id,
                    "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                    "reference": "online",
                    "amount": 100,
                    "currency_id": invoice.currency_id.id,
                    "partner_id": self.customer.id,
                    "invoice_ids": [Command.set(invoice.ids)],
                    "state": "pending",
                }
            )
        )

    def test_a_payment_at_the_bank_that_names_the_invoice_parks_it(self):
        invoice, other = self.overdue_invoice(7), self.overdue_invoice(8, 60)
        line = self.bank_line(33, f"Rg. {invoice.name.replace('/', ' ')}, thank you")
        run = self.propose()
        self.assertNotDunned(invoice, "payment_seen")
        self.assertDunned(other, self.reminder)
        skip = run.skip_ids.filtered(lambda skip: skip.move_id == invoice)
        self.assertIn("33", skip.explanation)
        self.assertEqual(skip.with_user(self.manager).action_open_cause()["res_id"], line.id)

    def test_the_reason_stays_readable_when_the_bank_line_is_gone(self):
        invoice = self.overdue_invoice(7)
        line = self.bank_line(33, invoice.name)
        skip = self.propose().skip_ids
        line.move_id.button_draft()
        line.unlink()
        skip.invalidate_recordset()
        self.assertIn("bank", skip.explanation)

    def test_a_payment_from_the_account_of_the_customer_parks_all_his_items(self):
        self.env["res.partner.bank"].sudo().create(
            {"acc_number": "DE89 3704 0044 0532 0130 00", "partner_id": self.customer.id}
        )
        invoice = self.overdue_invoice(7)
        self.bank_line(10, account_number="DE89370400440532013000")
        self.propose()
        self.assertNotDunned(invoice, "payment_seen")

    def test_a_payment_of_exactly_the_open_sum_parks_the_item(self):
        invoice = self.overdue_invoice(7, 123.45)
        self.bank_line(123.45, "no idea")
        self.propose()
        self.assertNotDunned(invoice, "payment_seen")

    def test_money_that_went_out_and_unknown_money_park_nothing(self):
        invoice = self.overdue_invoice(7)
        self.bank_line(-100, invoice.name)
        self.bank_line(77, "something else")
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_money_that_comes_in_after_the_approval_stops_the_letter(self):
        invoice = self.overdue_invoice(7)
        self.propose().action_approve()
        notice = self.notice_of(invoice)
        self.bank_line(100, invoice.name)
        notice.action_send()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("bank", notice.cancel_reason)

    def test_a_draft_credit_note_for_the_invoice_parks_it(self):
        invoice = self.overdue_invoice(7)
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).reverse_moves()
        self.propose()
        self.assertNotDunned(invoice, "draft_credit")

    def test_an_invoice_that_was_never_sent_is_shown_held_or_ignored(self):
        invoice = self.overdue_invoice(7)
        self.propose()
        self.assertIn(invoice.name, self.notice_of(invoice).hint)
        self.company.sudo().dunning_unsent = "hold"
        self.propose()
        self.assertNotDunned(invoice, "not_sent")
        self.company.sudo().dunning_unsent = "ignore"
        self.propose()
        self.assertDunned(invoice, self.reminder)
        self.assertFalse(self.notice_of(invoice).hint)

    def test_a_sent_invoice_needs_no_hint(self):
        invoice = self.overdue_invoice(7)
        invoice.sudo().is_move_sent = True
        self.propose()
        self.assertFalse(self.notice_of(invoice).hint)

    def test_a_pending_online_payment_parks_the_invoice(self):
        invoice = self.overdue_invoice(7)
        self.online_payment(invoice)
        self.propose()
        self.assertNotDunned(invoice, "online_pending")

    def test_an_announced_bank_transfer_is_no_payment_yet(self):
        invoice = self.overdue_invoice(7)
        provider = self.online_payment(invoice).provider_id
        provider.flush_recordset()
        # The provider of announced transfers comes with an addon that need not be installed.
        self.env.cr.execute(
            "UPDATE payment_provider SET code = 'custom' WHERE id = %s", [provider.id]
        )
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_no_letter_is_written_between_the_years_and_deadlines_move_behind(self):
        self.company.sudo().dunning_pause_ids = [
            Command.create(
                {
                    "name": "Between the years",
                    "date_start": date(2026, 12, 24),
                    "date_end": date(2027, 1, 3),
                }
            )
        ]
        invoice = self.overdue_invoice(7)
        with self.at(day=date(2026, 12, 28)):
            run = self.propose()
            self.assertNotDunned(invoice, "company_pause")
            self.assertEqual(run.skip_ids.dunnable_from, date(2027, 1, 4))
        with self.at(day=date(2026, 12, 16)):
            self.propose()
            self.assertEqual(self.notice_of(invoice).date_deadline, date(2027, 1, 4))

    def test_while_the_bank_lags_behind_nothing_goes_out_by_itself(self):
        self.company.sudo().write({"dunning_auto_send": True, "dunning_bank_days": 3})
        self.policy.sudo().level_ids.automatic = True
        invoice = self.overdue_invoice(7)
        self.bank_line(1, "old", date=TODAY - timedelta(days=10))
        run = self.propose()
        self.assertTrue(run.bank_note)
        self.assertEqual(self.notice_of(invoice).state, "proposed")
        self.bank_line(1, "new")
        self.assertFalse(self.propose().bank_note)
        self.assertEqual(self.notice_of(invoice).state, "approved")

    def test_an_amount_paused_on_an_invoice_is_used_up_by_its_oldest_instalments(self):
        terms = (
            self.env["account.payment.term"]
            .sudo()
            .create(
                {
                    "name": "50/50",
                    "line_ids": [
                        Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                        Command.create({"value": "percent", "value_amount": 50, "nb_days": 5}),
                    ],
                }
            )
        )
        invoice = self.overdue_invoice(20, 1000, terms=terms)
        self.pause(invoice, amount=600)
        self.propose()
        self.assertDunned(invoice, self.reminder, 400)
        notice = self.notice_of(invoice)
        self.send(notice)
        self.assertEqual((notice.state, notice.amount_total), ("sent", 400))

    def test_the_clerk_is_told_that_a_letter_replaces_the_email(self):
        self.company.sudo().dunning_unsent = "ignore"
        self.customer.sudo().email = False
        invoice = self.overdue_invoice(7)
        self.propose()
        notice = self.notice_of(invoice)
        self.assertTrue(notice.send_letter)
        self.assertIn("letter", notice.hint)
