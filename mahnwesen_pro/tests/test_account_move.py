from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import format_date

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestInvoice(DunningCommon):
    """What an invoice tells about its dunning, and what becomes of it when it is deleted."""

    def halves(self):
        """An instalment term: half on the invoice date, half ten days later."""
        return (
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

    # === LEVEL AND DATES ===

    def test_level_and_last_date_follow_what_was_sent(self):
        invoice = self.overdue_invoice(7)
        self.propose()
        self.assertFalse(invoice.dunning_level_id or invoice.dunning_date_last)
        self.send(self.notice_of(invoice))
        self.assertEqual(invoice.dunning_level_id, self.reminder)
        self.assertEqual(invoice.dunning_date_last, TODAY)

    def test_a_netted_credit_note_has_no_level(self):
        self.overdue_invoice(7)
        credit = self.credit_note(30)
        self.send(self.propose().notice_ids)
        self.assertFalse(credit.dunning_level_id)

    def test_the_next_date_is_the_day_of_the_rules(self):
        fresh, due = self.overdue_invoice(-3), self.overdue_invoice(2)
        late, instalments = self.overdue_invoice(7), self.overdue_invoice(12, terms=self.halves())
        with self.subTest("nothing sent"):
            self.assertEqual(
                [move.dunning_date_next for move in fresh + due],
                [self.in_days(10), self.in_days(5)],
            )
            self.assertLessEqual(late.dunning_date_next, TODAY)
        self.send(self.propose().notice_ids)
        (late + instalments).invalidate_recordset()
        with self.subTest("after the reminder"):
            self.assertEqual(late.dunning_date_next, self.in_days(14))
            self.assertEqual(late.dunning_date_next, self.rule_says(late))
        with self.subTest("by instalment"):
            self.assertEqual(instalments.dunning_date_next, self.in_days(5))

    def test_the_next_date_counts_from_the_deadline_that_was_given(self):
        invoice = self.overdue_invoice(7)
        notice = self.propose().notice_ids
        notice.date_deadline = self.in_days(30)
        self.send(notice)
        invoice.invalidate_recordset()
        self.assertEqual(invoice.dunning_date_next, self.in_days(31))
        self.assertEqual(invoice.dunning_date_next, self.rule_says(invoice))

    def test_the_next_date_survives_a_reset_to_draft(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        invoice.button_draft()
        invoice.action_post()
        invoice.invalidate_recordset()
        self.assertEqual(invoice.dunning_date_next, self.in_days(14))

    def test_the_next_date_tells_instalments_apart_after_a_reset_to_draft(self):
        """The first instalment has two letters behind it, the second one: the second leads."""
        invoice = self.overdue_invoice(8, terms=self.halves())
        self.send(self.propose().notice_ids)
        with self.at(14):
            self.send(self.propose().notice_ids)
        invoice.button_draft()
        invoice.action_post()
        invoice.invalidate_recordset()
        self.assertEqual(invoice.dunning_date_next, self.rule_says(invoice))

    def test_there_is_no_next_date_when_the_ladder_is_exhausted_or_paid(self):
        never = self.env["dunning.policy"].with_user(self.manager)
        paid, unwanted = self.overdue_invoice(7), self.overdue_invoice(7)
        self.pay(paid)
        self.assertFalse(paid.dunning_date_next)
        self.customer.sudo().dunning_policy_id = never.create({"name": "Never", "mode": "never"})
        self.customer.flush_recordset()
        unwanted.invalidate_recordset()
        self.assertFalse(unwanted.dunning_date_next)

    def test_there_is_no_next_date_beyond_the_highest_level_allowed(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        invoice.dunning_cap = 1
        invoice.invalidate_recordset()
        self.assertEqual(invoice.dunning_date_next, self.rule_says(invoice))

    def test_there_is_no_next_date_for_what_is_excluded_from_reminders(self):
        invoice = self.overdue_invoice(7)
        invoice.line_ids.no_followup = True
        invoice.invalidate_recordset()
        self.assertEqual(invoice.dunning_date_next, self.rule_says(invoice))

    def test_invoices_are_found_by_their_next_date(self):
        first, second = self.overdue_invoice(4), self.overdue_invoice(0)
        moves, own = self.env["account.move"], ("partner_id", "=", self.customer.id)
        for operator, value, found in (
            ("<", self.in_days(4), first),
            ("<=", self.in_days(3), first),
            ("=", self.in_days(7), second),
            (">", self.in_days(3), second),
            (">=", self.in_days(3), first + second),
            ("!=", False, first + second),
            ("=", False, moves),
            ("<=", str(self.in_days(3)), first),
            ("in", [self.in_days(3), self.in_days(7)], first + second),
        ):
            with self.subTest(f"{operator} {value}"):
                self.assertEqual(
                    moves.search([own, ("dunning_date_next", operator, value)], order="id"), found
                )

    def test_invoices_are_sorted_and_grouped_by_their_next_date(self):
        first, second = self.overdue_invoice(4), self.overdue_invoice(0)
        moves, own = self.env["account.move"], [("partner_id", "=", self.customer.id)]
        self.assertEqual(moves.search(own, order="dunning_date_next desc"), second + first)
        self.assertEqual(
            moves._read_group(own, ["dunning_date_next:week"], ["__count"]),
            [(date(2026, 11, 23), 1), (date(2026, 11, 30), 1)],
        )
        groups = moves.web_read_group(own, ["dunning_date_next:week"], ["__count"])
        self.assertEqual([group["__count"] for group in groups["groups"]], [1, 1])

    # === PAUSED ===

    def test_paused_invoices_are_found_and_grouped(self):
        paused, free = self.overdue_invoice(7), self.overdue_invoice(8)
        self.pause(paused)
        moves, own = self.env["account.move"], ("partner_id", "=", self.customer.id)
        self.env.invalidate_all()
        self.assertEqual((paused.dunning_is_paused, free.dunning_is_paused), (True, False))
        self.assertEqual(moves.search([own, ("dunning_is_paused", "=", True)]), paused)
        self.assertEqual(moves.search([own, ("dunning_is_paused", "=", False)]), free)
        groups = moves._read_group([own], ["dunning_is_paused"], ["__count"])
        self.assertEqual(sorted(groups), [(False, 1), (True, 1)])

    def test_a_paused_customer_pauses_its_invoices_until_the_end(self):
        invoice = self.overdue_invoice(7)
        self.pause(self.customer, days=3)
        self.assertTrue(invoice.dunning_is_paused)
        with self.at(4):
            invoice.invalidate_recordset()
            self.assertFalse(invoice.dunning_is_paused)

    def test_only_a_running_pause_can_be_ended(self):
        paused, free, other = (self.overdue_invoice(days) for days in (7, 8, 9))
        self.pause(paused, days=3)
        self.env.invalidate_all()
        moves = paused + free + other
        self.assertEqual(moves.mapped("dunning_can_release"), [True, False, False])
        with self.at(4):
            moves.invalidate_recordset()
            self.assertFalse(paused.dunning_can_release)
        self.pause(self.customer)
        moves.invalidate_recordset()
        self.assertEqual(moves.mapped("dunning_can_release"), [True, True, True])

    # === FORM ===

    def test_the_buttons_count_what_there_is(self):
        invoice, other = self.overdue_invoice(7), self.overdue_invoice(-3)
        self.send(self.propose().notice_ids)
        self.env["dunning.call"]._plan(
            self.customer, self.company, "clerk", user=self.clerk, moves=invoice
        )
        (invoice + other).invalidate_recordset()
        names = list(invoice._get_dunning_counters())
        counts = {name: invoice[name] for name in names if invoice[name]}
        self.assertEqual(counts, {"dunning_notice_count": 1, "dunning_call_count": 1})
        self.assertFalse(any(other[name] for name in names))

    def test_opening_an_invoice_asks_the_rules_nothing(self):
        """What takes time is told when the form is there; else every opening would wait for it."""
        invoice = self.overdue_invoice(7)
        with patch.object(type(self.env["dunning.facts"]), "_decide") as decide:
            Form(invoice)
        decide.assert_not_called()

    def test_the_details_tell_what_is_known(self):
        invoice = self.overdue_invoice(7)
        told = {row["name"]: row["value"] for row in invoice.get_dunning_details()}
        self.assertEqual(
            told["dunning_date_next"], format_date(self.env, invoice.dunning_date_next)
        )
        self.assertIn("dunning_default_note", told)
        self.pay(invoice)
        invoice.invalidate_recordset()
        told = [row["name"] for row in invoice.get_dunning_details()]
        self.assertNotIn("dunning_date_next", told)

    # === SENTENCES ===

    def alert_of(self, invoice):
        invoice.invalidate_recordset()
        return (invoice.get_dunning_alert() or {}).get("message", "")

    def test_the_banner_tells_what_comes_next(self):
        self.assertEqual(self.alert_of(self.overdue_invoice(7)), "Next run: Payment reminder.")

    def test_the_banner_tells_what_was_sent_and_when_it_goes_on(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        today, then = (format_date(self.env, self.in_days(days)) for days in (0, 14))
        self.assertEqual(
            self.alert_of(invoice),
            f"Payment reminder sent on {today}. The next level is reached on {then}.",
        )

    def test_the_banner_tells_why_nothing_is_sent(self):
        invoice = self.overdue_invoice(7)
        self.pause(invoice)
        self.assertIn("Paused (Being clarified)", self.alert_of(invoice))
        self.assertEqual(invoice.get_dunning_alert()["level"], "warning")

    def test_there_is_no_banner_where_nothing_is_due(self):
        paid = self.overdue_invoice(7)
        self.pay(paid)
        draft = self.overdue_invoice(8)
        draft.button_draft()
        for invoice in (paid, draft, self.credit_note(5), self.overdue_invoice(-5)):
            self.assertFalse(self.alert_of(invoice))

    def test_the_explanation_names_the_level_or_every_reason(self):
        late, early = self.overdue_invoice(7), self.overdue_invoice(3, 4)
        rows = {row["move_id"]: row for row in (late + early).dunning_explain()}
        self.assertEqual(
            (rows[late.id]["level"], rows[late.id]["reasons"]), ("Payment reminder", [])
        )
        self.assertEqual(len(rows[early.id]["reasons"]), 2)
        self.assertEqual(rows[early.id]["amount_open"], 4)

    def test_the_explanation_looks_at_any_day(self):
        invoice = self.overdue_invoice(3)
        (row,) = invoice.dunning_explain(date=self.in_days(4))
        self.assertEqual(row["level"], "Payment reminder")

    # === DELETING ===

    def delete(self, invoice):
        if invoice.state == "posted":
            invoice.button_draft()
        invoice.sudo().with_context(force_delete=True).unlink()

    def test_a_deleted_invoice_takes_its_proposal_along(self):
        invoice = self.overdue_invoice(7)
        notice = self.propose().notice_ids
        self.delete(invoice)
        self.assertFalse(notice.exists().line_ids)
        self.propose()
        self.assertFalse(notice.exists())

    def test_a_deleted_invoice_leaves_no_sum_behind_on_the_proposal(self):
        gone, kept = self.overdue_invoice(7), self.overdue_invoice(8, 50)
        self.propose()
        self.delete(gone)
        self.assertEqual(self.notice_of(kept).amount_total, 50)

    def test_an_invoice_on_a_sent_notice_is_not_deleted(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        with self.assertRaisesRegex(UserError, "reminder that was sent and cannot be deleted"):
            self.delete(invoice)

    def test_an_invoice_on_a_proposal_that_was_cancelled_can_be_deleted(self):
        invoice = self.overdue_invoice(7)
        self.propose().notice_ids.action_cancel("Wrong invoice")
        self.delete(invoice)
        self.assertFalse(invoice.exists())

    def test_a_deleted_invoice_takes_its_pauses_along(self):
        invoice = self.overdue_invoice(7)
        block = self.pause(invoice)
        self.delete(invoice)
        self.assertFalse(block.exists())

    # === BUTTONS ===

    def test_the_button_counts_and_opens_the_notices(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        invoice.invalidate_recordset()
        self.assertEqual(invoice.dunning_notice_count, 1)
        domain = invoice.action_open_dunning_notices()["domain"]
        self.assertEqual(self.env["dunning.notice"].search(domain), self.notice_of(invoice))

    def test_a_copied_invoice_starts_anew(self):
        invoice = self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        invoice.dunning_cap = 2
        copy = invoice.copy()
        self.assertFalse(copy.dunning_level_id or copy.dunning_cap or copy.dunning_line_ids)
