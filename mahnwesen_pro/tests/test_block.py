from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestBlock(DunningCommon):
    """The one door to stop dunning, opened and closed by the clerk."""

    def instalments(self, amount=1000):
        terms = (
            self.env["account.payment.term"]
            .sudo()
            .create(
                {
                    "name": "Half and half",
                    "line_ids": [
                        Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                        Command.create({"value": "percent", "value_amount": 50, "nb_days": 10}),
                    ],
                }
            )
        )
        invoice = self.overdue_invoice(20, amount, terms=terms)
        lines = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        return invoice, lines.sorted("date_maturity")

    def test_a_released_pause_no_longer_holds(self):
        invoice = self.overdue_invoice(7)
        block = self.pause(invoice)
        self.propose()
        self.assertNotDunned(invoice, "blocked")
        block.release()
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_everybody_reads_the_reason_in_his_own_language_whoever_proposed(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.pause_reason.sudo().with_context(lang="de_DE").name = "Wird geklärt"
        self.pause(self.overdue_invoice(7))
        (skip,) = self.propose().skip_ids
        self.assertIn("Being clarified", skip.explanation)
        self.assertIn("Wird geklärt", skip.with_context(lang="de_DE").explanation)

    def test_a_run_of_an_earlier_version_that_stored_the_name_is_still_read(self):
        self.pause(self.overdue_invoice(7))
        (skip,) = self.propose().skip_ids
        for name in ("Reklamation", ""):
            skip.sudo().reasons = [["blocked", None, name, 0]]
            self.assertIn(f"Paused ({name})", skip.explanation)

    def test_the_last_day_of_a_pause_still_holds(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice, days=3)
        with self.at(3):
            self.propose()
            self.assertNotDunned(invoice, "blocked")
        with self.at(4):
            self.propose()
            self.assertDunned(invoice, self.reminder)

    def test_a_pause_that_starts_later_does_not_hold_today(self):
        invoice = self.overdue_invoice(7)
        start = TODAY + timedelta(days=2)
        self.env["dunning.block"].place(invoice, self.pause_reason, date_start=start)
        self.propose()
        self.assertDunned(invoice, self.reminder)
        with self.at(2):
            self.propose()
            self.assertNotDunned(invoice, "blocked")

    def test_a_pause_without_end_holds_until_it_is_released(self):
        invoice = self.overdue_invoice(7)
        self.env["dunning.block"].place(invoice, self.pause_reason)
        with self.at(400):
            self.propose()
            self.assertNotDunned(invoice, "blocked")

    def test_a_paused_customer_pauses_every_invoice(self):
        invoices = self.overdue_invoice(7) + self.overdue_invoice(9)
        self.pause(self.customer)
        self.propose()
        for invoice in invoices:
            self.assertNotDunned(invoice, "blocked")

    def test_the_pause_of_a_contact_holds_for_the_firm(self):
        contact = self._create_contact()
        self.pause(contact)
        invoice = self.overdue_invoice(7)
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def _create_contact(self):
        values = {"name": "Frau Sommer", "parent_id": self.customer.id}
        return self.env["res.partner"].sudo().create(values).with_env(self.env)

    def test_one_instalment_can_be_paused_alone(self):
        invoice, (first, second) = self.instalments()
        self.pause(first)
        self.propose()
        dunned = invoice.dunning_line_ids.filtered(lambda line: line.state == "proposed")
        self.assertEqual(dunned.move_line_id, second)

    def test_two_partial_pauses_add_up(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice, amount=30)
        self.pause(invoice, amount=20)
        self.propose()
        self.assertDunned(invoice, self.reminder, 50)

    def test_a_pause_larger_than_the_debt_pauses_all_of_it(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice, amount=500)
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_a_paused_rest_that_is_too_small_waits(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice, amount=97)
        self.propose()
        self.assertNotDunned(invoice, "item_minimum")

    def test_a_pause_survives_the_reset_of_its_invoice_to_draft(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice)
        invoice.button_draft()
        invoice.action_post()
        self.propose()
        self.assertNotDunned(invoice, "blocked")

    def test_a_paused_instalment_stays_paused_after_a_reset_to_draft(self):
        invoice, (first, _second) = self.instalments()
        due = first.date_maturity
        self.pause(first)
        invoice.button_draft()
        invoice.action_post()
        self.propose()
        dunned = invoice.dunning_line_ids.filtered(lambda line: line.state == "proposed")
        self.assertEqual(len(dunned), 1)
        self.assertNotEqual(dunned.date_due, due)

    def test_a_partial_pause_of_an_invoice_in_instalments_counts_once(self):
        """30 of the invoice are contested: 970 may be dunned, not 940."""
        invoice, _lines = self.instalments()
        self.pause(invoice, amount=30)
        self.propose()
        dunned = invoice.dunning_line_ids.filtered(lambda line: line.state == "proposed")
        self.assertEqual(sum(dunned.mapped("amount_open")), 970)

    def test_an_end_before_the_start_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.pause(self.overdue_invoice(7), days=-1)

    def test_an_amount_needs_an_invoice(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.pause(self.customer, amount=10)

    def test_an_invoice_of_somebody_else_is_refused(self):
        invoice = self.overdue_invoice(7)
        stranger = self._create_stranger()
        with self.assertRaisesRegex(ValidationError, "does not belong to Fremde"):
            self.env["dunning.block"].create(
                {
                    "partner_id": stranger.id,
                    "move_id": invoice.id,
                    "reason_id": self.pause_reason.id,
                }
            )

    def _create_stranger(self):
        return self.env["res.partner"].sudo().create({"name": "Fremde KG"})

    def test_a_pause_is_history_and_not_deleted_by_the_clerk(self):
        block = self.pause(self.overdue_invoice(7))
        with self.assertRaises(UserError):
            block.unlink()
        block.with_user(self.manager).unlink()

    def test_running_pauses_are_found(self):
        now, later = self.overdue_invoice(7), self.overdue_invoice(8)
        running = self.pause(now)
        waiting = self.env["dunning.block"].place(
            later, self.pause_reason, date_start=TODAY + timedelta(days=3)
        )
        released = self.pause(later)
        released.release()
        own = [("partner_id", "=", self.customer.id)]
        blocks = self.env["dunning.block"]
        self.assertEqual(blocks.search([*own, ("is_running", "=", True)]), running)
        self.assertEqual(blocks.search([*own, ("is_running", "=", False)]), waiting + released)
        self.assertEqual((running + waiting + released).filtered("is_running"), running)

    def test_a_reason_without_end_is_never_a_date(self):
        invoice = self.overdue_invoice(7)
        self.env["dunning.block"].place(invoice, self.pause_reason)
        (row,) = invoice.dunning_explain()
        self.assertFalse(row["dunnable_from"])
        self.assertIn("until somebody releases it", row["reasons"][0])

    def test_a_reason_with_an_end_names_the_day_after(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice, days=5)
        (row,) = invoice.dunning_explain()
        self.assertEqual(row["dunnable_from"], TODAY + timedelta(days=6))
