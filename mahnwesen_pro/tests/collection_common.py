from datetime import timedelta

from odoo import Command

from .common import TODAY, DunningCommon


class CollectionCommon(DunningCommon):
    """A debtor at the end of the ladder, an agency, and who may hand over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk_env, cls.env = cls.env, cls.env(su=True)
        cls.head = cls._create_user(
            "dunning-head-of", "account.group_account_invoice,mahnwesen_pro.group_dunning_final"
        )
        cls.env = clerk_env
        cls.company.sudo().write(
            {
                "dunning_due_agreed": True,
                "dunning_valued_years": 5,
                "dunning_valued_revenue": 25000,
            }
        )
        cls.company.sudo().partner_id.lang = "en_US"
        cls.customer.sudo().lang = "en_US"
        cls.company.sudo().partner_id.bank_ids = [
            Command.create({"acc_number": "DE89370400440532013000", "allow_out_payment": True})
        ]
        cls.agency = cls._create_agency("Recht & Forderung Inkasso GmbH")

    @classmethod
    def _create_agency(cls, name, **values):
        return cls._create_customer(
            name,
            dunning_is_agency=True,
            dunning_agency_register_no="RDG-4711",
            dunning_agency_checked_on=TODAY,
            dunning_agency_checked_by="Svenja Petersen",
            **{"email": "akten@inkasso.example.com", "lang": "en_US", **values},
        )

    def exhausted(self, amount=1000.0, customer=None, days=120):
        """Return an invoice for which all levels were sent by letter, the last one run out."""
        customer = customer or self.customer
        with self.at(-days):
            invoice = self.overdue_invoice(0, amount, customer)
        for level, ago in ((self.reminder, 100), (self.first_notice, 80), (self.final_notice, 60)):
            day = TODAY - timedelta(days=ago)
            self.env["dunning.notice"]._record_openings([(invoice, level, day)])
        return invoice

    def prove(self, invoice):
        """The receipt of the reminders is known."""
        for notice in invoice.dunning_line_ids.notice_id:
            notice.date_received = notice.date_sent + timedelta(days=2)

    def talk(self, customer=None, outcome="refused", user=None, days_ago=10, **values):
        """Record a call that was made."""
        calls = self.env["dunning.call"].with_user(user or self.clerk)
        with self.at(-days_ago):
            return calls.log(customer or self.customer, outcome, company=self.company, **values)

    def prepare(self, invoice, agency=None):
        """Prepare the case as whoever may hand over, with the agency chosen."""
        case = self.env["dunning.collection.case"].with_user(self.head)
        case = case._prepare(invoice.commercial_partner_id, self.company, invoice)
        case.agency_id = agency or self.agency
        return case

    def confirm_all(self, case):
        for check in case.check_ids.filtered(lambda check: check.state == "confirm"):
            check._confirm("Henrik Voss", "Looked at the file")

    def hand_over(self, invoice, agency=None):
        """Return the case of the invoice, handed over."""
        self.prove(invoice)
        case = self.prepare(invoice, agency)
        case.action_refresh_gate()
        self.confirm_all(case)
        case.action_hand_over()
        return case

    def check_of(self, case, code, gate="check_ids"):
        case.action_refresh_gate()
        return case[gate].filtered(lambda check: check.code == code)

    def assertGate(self, case, code, state):
        check = self.check_of(case, code)
        self.assertEqual(check.state, state, f"{check.name}: {check.sentence}")
        return check
