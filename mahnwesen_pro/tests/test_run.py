from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import dunning_run
from .common import TODAY, DunningCommon

RUN_LOG = "odoo.addons.mahnwesen_pro.models.dunning_run"
SEND_LOG = "odoo.addons.mahnwesen_pro.models.dunning_notice_sending"


class RunCommon(DunningCommon):
    """Many customers, and scheduled actions that run as they do at night."""

    def customers(self, *names):
        customers = self.env["res.partner"]
        for name in names:
            customers += self._stand_in(name)
        return customers

    def _stand_in(self, name):
        values = {"name": name, "email": f"{name.lower()}@kunde.example.com"}
        customer = self.customer.sudo().copy(values).with_env(self.env)
        customer.flush_recordset()
        return customer

    def invoices_of(self, customers, days=7):
        invoices = [self.overdue_invoice(days, customer=customer) for customer in customers]
        return self.env["account.move"].concat(*invoices)

    def trigger(self, cron):
        """Let the scheduled action do one night's work."""
        with self.enter_registry_test_mode():
            self.env.ref(f"mahnwesen_pro.{cron}").sudo().method_direct_trigger()

    def runs(self, company=None):
        domain = [("company_id", "=", (company or self.company).id)]
        return self.env["dunning.run"].sudo().search(domain, order="id")


@tagged("post_install", "-at_install")
class TestRun(RunCommon):
    """Proposing again and again, for all or for some."""

    def test_a_customer_made_a_moment_ago_is_found(self):
        customer = self.customer.sudo().copy({"name": "Fresh"}).with_env(self.env)
        invoice = self.overdue_invoice(7, customer=customer)
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_a_run_for_some_customers_leaves_the_proposals_of_others_alone(self):
        alt, neu = self.customers("Alt", "Neu")
        old = self.overdue_invoice(7, customer=alt)
        first = self.propose()
        self.overdue_invoice(7, customer=neu)
        second = self.propose(partners=neu)
        self.assertEqual(first.notice_ids.partner_id, alt)
        self.assertEqual(second.notice_ids.partner_id, neu)
        self.assertDunned(old, self.reminder)

    def test_a_run_for_a_contact_is_one_for_the_firm(self):
        contact = self._contact()
        invoice = self.overdue_invoice(7)
        self.propose(partners=contact)
        self.assertDunned(invoice, self.reminder)

    def _contact(self):
        values = {"name": "Frau Sommer", "parent_id": self.customer.id}
        return self.env["res.partner"].sudo().create(values).with_env(self.env)

    def test_a_run_for_no_customer_is_a_run_for_nobody(self):
        self.overdue_invoice(7)
        self.assertFalse(self.propose(partners=self.env["res.partner"]).notice_ids)

    def test_a_run_for_one_policy_leaves_the_proposals_of_others_alone(self):
        other = self.policy.with_user(self.manager).copy({"name": "Other"}).sudo(False)
        alt, neu = self.customers("Alt", "Neu")
        neu.sudo().dunning_policy_id = other
        old, new = self.invoices_of(alt + neu)
        first = self.propose()
        second = self.propose(policies=other)
        self.assertEqual(first.notice_ids.line_ids.move_id, old)
        self.assertEqual(second.notice_ids.line_ids.move_id, new)

    def test_a_proposal_that_somebody_edited_survives_a_new_run(self):
        invoice = self.overdue_invoice(7)
        notice = self.propose().notice_ids
        notice.send_letter = True
        self.propose()
        self.assertEqual(self.notice_of(invoice), notice)
        self.assertEqual(len(invoice.dunning_line_ids), 1)
        self.assertIn("in_progress", self.reasons_of(invoice))

    def test_a_proposal_whose_reason_is_gone_is_withdrawn(self):
        invoice = self.overdue_invoice(7)
        self.propose()
        self.pay(invoice)
        self.propose()
        self.assertNotDunned(invoice)

    def test_another_day_needs_the_dry_run(self):
        with self.assertRaisesRegex(UserError, "use the dry run"):
            self.propose(date=TODAY + timedelta(days=1))

    def test_a_dry_run_neither_replaces_nor_blocks_anything(self):
        invoice = self.overdue_invoice(7)
        notice = self.propose().notice_ids
        dry = self.propose(dry_run=True)
        self.assertEqual(dry.notice_ids.line_ids.move_id, invoice)
        self.assertTrue(notice.exists())
        notice.action_approve()
        self.assertEqual(notice.state, "approved")
        dry.action_approve()
        dry.action_send()
        self.assertEqual(dry.notice_ids.state, "simulated")
        self.assertEqual(invoice.dunning_notice_count, 1)

    def test_a_dry_run_asks_nobody_to_reconcile(self):
        self.overdue_invoice(7)
        self.credit_note(200)
        self.propose(dry_run=True)
        self.assertFalse(self.customer.activity_ids)

    def test_older_runs_shrink_to_counts(self):
        self.overdue_invoice(2)
        self.overdue_invoice(3, 4)
        first = self.propose()
        self.assertEqual(len(first.skip_ids), 2)
        second = self.propose()
        self.assertFalse(first.skip_ids)
        self.assertEqual((first.skip_counts, first.skip_count), ({"too_early": 2}, 2))
        self.assertEqual(len(second.skip_ids), 2)

    def test_an_old_dry_run_is_forgotten(self):
        self.overdue_invoice(7)
        dry, real = self.propose(dry_run=True), self.propose()
        runs = self.env["dunning.run"].sudo()
        self.env.cr.execute("UPDATE dunning_run SET create_date = %s", [TODAY - timedelta(days=3)])
        runs.invalidate_model()
        runs._gc_dry_runs()
        self.assertFalse(dry.exists())
        self.assertTrue(real.exists())

    def test_cancelling_a_run_withdraws_what_was_not_sent(self):
        sent, approved, proposed = self.invoices_of(self.customers("Sent", "Approved", "Proposed"))
        run = self.propose()
        self.send(self.notice_of(sent))
        self.notice_of(approved).action_approve()
        run.action_cancel()
        self.assertEqual(run.state, "cancelled")
        self.assertEqual(self.notice_of(sent).state, "sent")
        self.assertFalse((approved + proposed).dunning_line_ids)
        self.assertFalse(proposed.dunning_line_ids)

    def test_a_run_counts_its_notices(self):
        first, _second = self.invoices_of(self.customers("One", "Two"))
        run = self.propose()
        self.notice_of(first).action_approve()
        run.invalidate_recordset()
        self.assertEqual((run.notice_count, run.todo_count, run.approved_count), (2, 1, 1))
        self.assertEqual(run.amount_total, 200)

    def test_chunks_of_customers_make_the_same_run(self):
        invoices = self.invoices_of(self.customers("One", "Two", "Three"))
        with patch.object(dunning_run, "CHUNK", 1):
            run = self.propose()
        self.assertEqual(run.notice_ids.line_ids.move_id, invoices)
        self.assertEqual(run.state, "review")

    def test_many_notices_are_sent_in_the_background(self):
        self.invoices_of(self.customers(*[f"Customer{n}" for n in range(21)]))
        run = self.propose()
        run.action_approve()
        action = run.action_send()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(set(run.notice_ids.mapped("state")), {"approved"})
        self.assertTrue(all(run.notice_ids.mapped("to_send")))
        self.trigger("ir_cron_dunning_send")
        self.assertEqual(set(run.notice_ids.mapped("state")), {"sending"})


@tagged("post_install", "-at_install")
class TestScheduledRun(RunCommon):
    """What happens at night while nobody looks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = cls.env["res.company"].sudo().search([("id", "!=", cls.company.id)])
        others.dunning_auto_propose = False

    def test_each_company_is_proposed_for_once_a_day(self):
        invoice = self.overdue_invoice(7)
        for _night in range(2):
            self.trigger("ir_cron_dunning_propose")
        self.assertEqual(len(self.runs()), 1)
        self.assertDunned(invoice, self.reminder)
        with self.at(1):
            self.trigger("ir_cron_dunning_propose")
        self.assertEqual(len(self.runs()), 2)

    def test_a_company_that_does_not_want_it_is_left_alone(self):
        self.company.sudo().dunning_auto_propose = False
        self.trigger("ir_cron_dunning_propose")
        self.assertFalse(self.runs())

    def crash_at(self, customer):
        """Let the decision on ``customer`` crash, as a killed server would."""
        model = type(self.env["dunning.run"])
        origin = model._propose_chunk

        def propose_chunk(run, partner_ids, policies=None):
            if customer.id in partner_ids:
                raise ValueError("The power went off")
            return origin(run, partner_ids, policies)

        return patch.object(model, "_propose_chunk", propose_chunk)

    def test_a_run_that_crashed_goes_on_where_it_stopped(self):
        one, two, three = self.customers("One", "Two", "Three")
        invoices = self.invoices_of(one + two + three)
        with (
            patch.object(dunning_run, "CHUNK", 1),
            self.crash_at(two),
            mute_logger(RUN_LOG),
        ):
            self.trigger("ir_cron_dunning_propose")
        run = self.runs()
        done = run.notice_ids
        self.assertEqual((run.state, run.last_partner_id), ("proposing", one.id))
        self.assertEqual(done.partner_id, one)
        with patch.object(dunning_run, "CHUNK", 1):
            self.trigger("ir_cron_dunning_propose")
        self.assertEqual(self.runs(), run)
        self.assertEqual(run.state, "review")
        self.assertEqual(run.notice_ids.partner_id, one + two + three)
        self.assertLess(done, run.notice_ids)
        self.assertEqual([len(invoice.dunning_line_ids) for invoice in invoices], [1, 1, 1])

    def test_a_run_left_unfinished_yesterday_does_not_hold_up_today(self):
        one, two = self.customers("One", "Two")
        self.invoices_of(one + two)
        with patch.object(dunning_run, "CHUNK", 1), self.crash_at(two), mute_logger(RUN_LOG):
            self.trigger("ir_cron_dunning_propose")
        with self.at(1):
            self.trigger("ir_cron_dunning_propose")
        yesterday, today = self.runs()
        self.assertEqual((yesterday.state, today.state), ("review", "review"))
        self.assertEqual(today.notice_ids.partner_id, one + two)

    def test_a_run_by_hand_ends_one_that_crashed(self):
        one, two = self.customers("One", "Two")
        self.invoices_of(one + two)
        with patch.object(dunning_run, "CHUNK", 1), self.crash_at(two), mute_logger(RUN_LOG):
            self.trigger("ir_cron_dunning_propose")
        run = self.propose()
        self.assertEqual(run.notice_ids.partner_id, one + two)
        self.assertEqual(set(self.runs().mapped("state")), {"review"})

    def test_dunning_one_customer_now_does_not_end_the_run_of_the_morning(self):
        one, two, three = self.customers("One", "Two", "Three")
        invoices = self.invoices_of(one + two + three)
        with patch.object(dunning_run, "CHUNK", 1), self.crash_at(two), mute_logger(RUN_LOG):
            self.trigger("ir_cron_dunning_propose")
        morning = self.runs()
        now = self.propose(partners=one)
        self.assertEqual((morning.state, now.state), ("proposing", "review"))
        self.trigger("ir_cron_dunning_propose")
        self.assertEqual(morning.state, "review")
        self.assertEqual(morning.notice_ids.partner_id, two + three)
        self.assertEqual(now.notice_ids.partner_id, one)
        self.assertEqual([len(invoice.dunning_line_ids) for invoice in invoices], [1, 1, 1])

    def test_a_reason_is_told_once_when_one_customer_was_dunned_during_the_run(self):
        one, two, three = self.customers("One", "Two", "Three")
        invoices = self.invoices_of(one + two + three)
        self.pause(one)
        self.pause(three)
        with patch.object(dunning_run, "CHUNK", 1), self.crash_at(two), mute_logger(RUN_LOG):
            self.trigger("ir_cron_dunning_propose")
        self.propose(partners=one + three)
        self.trigger("ir_cron_dunning_propose")
        skips = self.env["dunning.run.skip"].search([("move_id", "in", invoices.ids)])
        self.assertEqual(skips.partner_id, one + three)
        self.assertEqual(len(skips), 2)

    def test_one_company_that_fails_does_not_stop_the_next(self):
        bad = self.company.sudo().create({"name": "AAA Bad Company", "sequence": 0})
        bad.dunning_auto_propose = True
        invoice = self.overdue_invoice(7)
        model = type(self.env["dunning.run"])
        origin = model._propose_rest

        def propose_rest(run):
            if run.company_id == bad:
                raise ValueError("Broken company")
            return origin(run)

        with patch.object(model, "_propose_rest", propose_rest), mute_logger(RUN_LOG):
            self.trigger("ir_cron_dunning_propose")
        self.assertDunned(invoice, self.reminder)


@tagged("post_install", "-at_install")
class TestScheduledSending(RunCommon):
    """What is sent without a click, and what is not."""

    def approved(self, *names):
        customers = self.customers(*names) if names else self.customer
        self.invoices_of(customers)
        run = self.propose()
        run.action_approve()
        return run.notice_ids.sorted(lambda notice: notice.partner_id.id)

    def test_nothing_is_sent_without_a_click_until_the_company_says_so(self):
        notice = self.approved()
        self.trigger("ir_cron_dunning_send")
        self.assertEqual(notice.state, "approved")
        self.company.sudo().dunning_auto_send = True
        self.trigger("ir_cron_dunning_send")
        self.assertEqual(notice.state, "sending")

    def test_an_automatic_level_goes_out_by_itself_where_the_company_allows_it(self):
        self.reminder.sudo().automatic = True
        self.company.sudo().dunning_auto_send = True
        invoice = self.overdue_invoice(7)
        self.trigger("ir_cron_dunning_propose")
        self.trigger("ir_cron_dunning_send")
        self.assertEqual(self.notice_of(invoice).state, "sending")

    def test_an_automatic_level_is_reviewed_where_the_company_does_not_allow_it(self):
        self.reminder.sudo().automatic = True
        invoice = self.overdue_invoice(7)
        self.trigger("ir_cron_dunning_propose")
        self.trigger("ir_cron_dunning_send")
        self.assertEqual(self.notice_of(invoice).state, "proposed")

    def test_an_automatic_letter_that_is_large_still_needs_two_persons(self):
        self.reminder.sudo().write({"automatic": True, "four_eyes_amount": 50})
        self.company.sudo().dunning_auto_send = True
        invoice = self.overdue_invoice(7)
        self.trigger("ir_cron_dunning_propose")
        self.assertEqual(self.notice_of(invoice).state, "proposed")

    def test_other_levels_wait_for_review_although_the_company_sends_by_itself(self):
        self.company.sudo().dunning_auto_send = True
        invoice = self.overdue_invoice(7)
        self.trigger("ir_cron_dunning_propose")
        self.trigger("ir_cron_dunning_send")
        self.assertEqual(self.notice_of(invoice).state, "proposed")

    def test_one_letter_that_cannot_be_drawn_stops_nobody_else(self):
        self.company.sudo().dunning_auto_send = True
        before, bad, after = self.approved("Before", "Bad", "Behind")
        model = type(bad)
        origin = model._render_pdf

        def render_pdf(notice):
            if notice == bad:
                raise ValueError("The logo is broken")
            return origin(notice)

        with patch.object(model, "_render_pdf", render_pdf), mute_logger(SEND_LOG):
            self.trigger("ir_cron_dunning_send")
        self.assertEqual((before.state, after.state), ("sending", "sending"))
        self.assertEqual((bad.state, bad.name), ("proposed", False))
        self.assertIn("The logo is broken", bad.review_note)

    def test_scheduled_actions_write_in_the_language_of_their_company(self):
        self.company.sudo().dunning_auto_send = True
        notice = self.approved()
        self.pause(notice.claim_ids.move_id)
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.env.ref("base.user_root").company_id.sudo().partner_id.lang = "de_DE"
        self.trigger("ir_cron_dunning_send")
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("wieder frei", notice.cancel_reason)

    def test_no_scheduled_action_forgets_the_language(self):
        crons = self.env["ir.cron"].sudo().search([("model_id.model", "=like", "dunning.%")])
        self.assertGreater(len(crons), 10)
        for cron in crons:
            self.assertIn("lang=env.company.partner_id.lang", cron.code, cron.name)

    def test_what_goes_back_to_review_is_not_tried_again_by_itself(self):
        self.company.sudo().dunning_auto_send = True
        notice = self.approved()
        self.customer.sudo().street = "Neuer Weg 7"
        for _round in range(2):
            self.trigger("ir_cron_dunning_send")
        self.assertEqual(notice.state, "proposed")

    def test_a_later_day_of_sending_is_the_day_of_the_letter(self):
        self.company.sudo().dunning_auto_send = True
        notice = self.approved()
        with self.at(2):
            self.trigger("ir_cron_dunning_send")
        self.assertEqual(notice.date, TODAY + timedelta(days=2))
