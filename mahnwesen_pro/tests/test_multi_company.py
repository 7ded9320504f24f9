from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestMultiCompany(DunningCommon):
    """Two firms in one database that share customers and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk_env, cls.env = cls.env, cls.env(user=SUPERUSER_ID)
        cls.nord = cls._create_company(name="Nord AG")
        cls.nord.write(
            {
                "country_id": cls.env.ref("base.at").id,
                "email": "nord@example.com",
                "dunning_policy_id": cls.policy.id,
            }
        )
        cls.nord_clerk = cls._create_nord_clerk()
        cls.both = cls.colleague.with_env(cls.env)
        cls.both.company_ids = cls.company + cls.nord
        cls.env = clerk_env
        cls.both, cls.nord_clerk = cls.both.with_env(cls.env), cls.nord_clerk.with_env(cls.env)

    @classmethod
    def _create_nord_clerk(cls):
        user = cls._create_user("nord-clerk", "account.group_account_invoice")
        user.write({"company_ids": [Command.set(cls.nord.ids)], "company_id": cls.nord.id})
        return user

    def in_nord(self, days=7, amount=100, user=None, customer=None):
        """Post an invoice of Nord AG to a shared customer, as its clerk."""
        ours = self.env
        self.env = self.env(
            user=user or self.nord_clerk,
            context={**self.env.context, "allowed_company_ids": self.nord.ids},
        )
        try:
            return self.overdue_invoice(days, amount, customer).with_env(self.env)
        finally:
            self.env = ours

    def propose_in_nord(self, user=None):
        runs = self.env["dunning.run"].with_user(user or self.nord_clerk)
        return runs.with_context(allowed_company_ids=self.nord.ids).propose()

    def by_both(self, records):
        """Return the records as somebody has them who works for both firms, ours in front."""
        companies = (self.company + self.nord).ids
        return records.with_user(self.both).with_context(allowed_company_ids=companies)

    def leave_out(self, notices):
        """Leave the customers out and return their pauses."""
        action, note = notices.action_leave_out(), "Nobody is in on Mondays"
        with Form(notices.env[action["res_model"]].with_context(**action["context"])) as form:
            form.note = note
        form.record.action_place()
        return notices.env["dunning.block"].search([("note", "=", note)])

    def test_a_run_of_one_company_touches_no_other(self):
        ours, theirs = self.overdue_invoice(7), self.in_nord()
        run = self.propose()
        self.assertEqual(run.notice_ids.line_ids.move_id, ours)
        their_run = self.propose_in_nord()
        self.assertEqual(their_run.notice_ids.sudo().line_ids.move_id, theirs.sudo())
        self.propose()
        self.assertTrue(their_run.notice_ids.exists())

    def test_credits_of_one_company_reduce_no_letter_of_the_other(self):
        self.credit_note(60)
        self.in_nord()
        self.assertEqual(self.propose_in_nord().notice_ids.amount_total, 100)

    def test_a_letter_of_one_company_delays_none_of_the_other(self):
        self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        self.in_nord()
        self.assertEqual(len(self.propose_in_nord().notice_ids), 1)

    def test_nobody_sees_the_other_company(self):
        invoice = self.overdue_invoice(7)
        self.overdue_invoice(2)
        block = self.pause(self.overdue_invoice(9))
        run = self.propose()
        self.send(self.notice_of(invoice))
        notice = run.notice_ids
        parts = (run, run.skip_ids, notice, notice.line_ids, notice.delivery_ids, block)
        for part in parts:
            with self.subTest(part._name):
                self.assertTrue(part)
                theirs = part.with_user(self.nord_clerk)
                self.assertFalse(theirs.search([("id", "in", part.ids)]))
                with self.assertRaises(AccessError):
                    theirs.read(["company_id"])

    def test_nobody_acts_on_the_other_company(self):
        self.overdue_invoice(7)
        notice = self.propose().notice_ids
        theirs = notice.with_user(self.nord_clerk)
        for call in (
            theirs.action_approve,
            theirs.action_send,
            lambda: theirs.action_cancel("No"),
            lambda: (
                self.env["dunning.run"].with_user(self.nord_clerk).propose(company=self.company)
            ),
        ):
            with self.assertRaises(UserError):
                call()
        self.assertEqual(notice.state, "proposed")

    def test_nobody_proposes_for_the_other_company(self):
        self.overdue_invoice(7)
        run = self.propose()
        runs = self.env["dunning.run"].with_user(self.nord_clerk)
        wizards = self.env["dunning.run.wizard"].with_user(self.nord_clerk)
        wizard = wizards.create({"company_id": self.company.id})
        for propose in (
            lambda: runs.propose(company=self.company),
            lambda: runs.propose(company=self.company, dry_run=True),
            wizard.action_propose,
        ):
            with self.assertRaisesRegex(AccessError, "cannot propose for .* choose a company"):
                propose()
        ours = self.env["dunning.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual(ours, run)
        self.assertTrue(run.notice_ids.exists(), "The proposals of the morning stand")

    def test_a_pause_in_one_company_does_not_hold_in_the_other(self):
        self.pause(self.customer)
        self.in_nord()
        self.assertEqual(len(self.propose_in_nord().notice_ids), 1)

    def test_policy_contact_and_clerk_are_chosen_per_company(self):
        ours, theirs = (
            self.customer.sudo().with_company(company) for company in (self.company, self.nord)
        )
        contact = self._create_contact()
        ours.write({"dunning_contact_id": contact.id, "dunning_user_id": self.colleague.id})
        ours.dunning_cap = 1
        self.assertFalse(theirs.dunning_contact_id or theirs.dunning_user_id or theirs.dunning_cap)
        self.overdue_invoice(7)
        self.in_nord()
        notice, their_notice = self.propose().notice_ids, self.propose_in_nord().notice_ids
        self.assertEqual((notice.addressee_id, notice.user_id), (contact, self.colleague))
        self.assertEqual(their_notice.sudo().addressee_id, self.customer.sudo())

    def _create_contact(self):
        values = {"name": "Frau Sommer", "parent_id": self.customer.id, "email": "fs@k.example.com"}
        return self.env["res.partner"].sudo().create(values).with_env(self.env)

    def test_the_sums_of_a_customer_are_those_of_the_company_in_use(self):
        self.overdue_invoice(7)
        self.in_nord(amount=40)
        customer = self.customer.with_user(self.both)
        for company, amount in ((self.company, 100), (self.nord, 40)):
            with self.subTest(company.name):
                self.assertEqual(customer.with_company(company).dunning_amount_overdue, amount)

    def test_each_company_counts_its_own_numbers(self):
        self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        self.in_nord()
        theirs = self.propose_in_nord().notice_ids
        theirs.action_approve()
        theirs.action_send()
        self.assertEqual(theirs.name, "MA/2026/00001")

    def test_approving_from_another_company_changes_no_address(self):
        """A German customer of an Austrian firm: the country is printed, wherever one clicks."""
        self.in_nord(user=self.both)
        companies = (self.company + self.nord).ids
        notice = self.propose_in_nord(self.both).notice_ids.with_context(
            allowed_company_ids=companies
        )
        self.assertEqual(notice.env.company, self.company)
        notice.action_approve()
        notice.with_context(allowed_company_ids=self.nord.ids).action_send()
        self.assertEqual((notice.state, notice.review_note), ("sending", False))
        self.assertIn("GERMANY", notice.address_sent.upper().replace("DEUTSCHLAND", "GERMANY"))

    def test_a_proposal_lists_only_own_invoices_next_dates(self):
        """The next date of an invoice follows the policy of its company, wherever one looks."""
        invoice = self.in_nord(days=3, user=self.both)
        seen = set()
        for company in (self.company, self.nord):
            invoice.invalidate_recordset()
            seen.add(invoice.with_user(self.both).with_company(company).dunning_date_next)
        self.assertEqual(len(seen), 1)

    def test_leaving_out_of_a_letter_pauses_in_its_company_whichever_is_in_use(self):
        self.overdue_invoice(7)
        self.in_nord()
        ours, theirs = self.propose().notice_ids, self.propose_in_nord().notice_ids
        blocks = self.leave_out(self.by_both(theirs))
        self.assertEqual(blocks.company_id.ids, self.nord.ids)
        self.assertEqual((theirs.state, ours.state), ("cancelled", "proposed"))

    def test_letters_of_two_companies_are_left_out_in_one_go_each_in_its_own(self):
        other = self._create_customer("Gärtnerei Herbst")
        for customer in (self.customer, other):
            self.overdue_invoice(7, customer=customer)
            self.in_nord(customer=customer)
        letters = self.by_both(self.propose().notice_ids | self.propose_in_nord().notice_ids)
        left_out = letters.filtered(
            lambda notice: (notice.company_id == self.nord) == (notice.partner_id == other)
        )
        self.assertEqual(len(self.leave_out(left_out)), 2)
        self.assertEqual(left_out.mapped("state"), ["cancelled"] * 2)
        self.assertEqual((letters - left_out).mapped("state"), ["proposed"] * 2)

    def test_a_pause_begins_on_the_day_of_its_company(self):
        """In the afternoon of Hamburg it is tomorrow in Auckland."""
        self.company.sudo().partner_id.tz = "Pacific/Auckland"
        invoice = self.by_both(self.in_nord())
        with self.at(day=f"{TODAY} 15:00:00"):
            self.assertGreater(self.company._dunning_today(), TODAY)
            block = invoice.env["dunning.block"].place(invoice, self.pause_reason)
        self.assertEqual(block.date_start, TODAY)

    def test_dun_now_proposes_in_the_company_of_the_invoice(self):
        ours, theirs = self.overdue_invoice(7), self.in_nord()
        morning = self.propose().notice_ids
        for invoices in (theirs, ours.sudo() | theirs.sudo()):
            action = self.by_both(invoices).action_dunning_now()
            notices = self.by_both(self.env[action["res_model"]]).search(action["domain"])
            self.assertEqual(notices.claim_ids.move_id, invoices)
            if invoices == theirs:
                self.assertEqual(morning.exists(), morning, "The proposals of the morning stand")

    def test_an_earlier_reminder_follows_the_policy_of_the_company_of_the_invoice(self):
        policies = self.env["dunning.policy"].sudo()
        self.company.sudo().dunning_policy_id = policies.create({"name": "No", "mode": "never"})
        ours, theirs = self.overdue_invoice(60), self.by_both(self.in_nord(60))
        wizards = theirs.env["dunning.opening.wizard"]
        action = wizards._open(theirs)
        wizard = wizards.with_context(**action["context"]).create({"date": "2026-10-20"})
        wizard.action_record()
        self.assertEqual(theirs.dunning_level_id, self.reminder.with_env(theirs.env))
        with self.assertRaisesRegex(UserError, "invoices of one company"):
            wizards._open(theirs | self.by_both(ours))

    def test_the_claim_statement_of_a_letter_goes_by_the_order_of_its_company(self):
        self.nord.sudo().dunning_payment_order = "principal"
        self.in_nord()
        notice = self.by_both(self.propose_in_nord().notice_ids)
        wizards = notice.env["dunning.claim.wizard"]
        wizard = wizards.with_context(**notice.action_open_claim()["context"]).create({})
        self.assertEqual((wizard.company_id.id, wizard.order), (self.nord.id, "principal"))
