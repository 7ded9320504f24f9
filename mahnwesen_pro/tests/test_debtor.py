from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDebtor(DunningCommon):
    """What kind of customer it is: suggested by the data, decided by a person, with a note."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk_env, cls.env = cls.env, cls.env(su=True)
        cls.caller = cls._create_user("caller", "mahnwesen_pro.group_dunning_caller")
        cls.env = clerk_env

    def test_the_legal_form_suggests_a_business(self):
        self.assertIn("GmbH", self.customer.dunning_debtor_hint)
        self.customer.with_user(self.clerk).action_dunning_take_suggestion()
        self.assertEqual(self.customer.dunning_debtor_type, "business")
        self.assertFalse(self.customer.dunning_debtor_hint)
        self.assertIn(self.clerk.name, self.customer.dunning_debtor_note)
        self.assertIn("GmbH", self.customer.dunning_debtor_note)

    def test_a_person_looks_like_a_consumer_until_there_is_a_vat_number(self):
        person = self._create_customer("Anna Weber", is_company=False)
        self.assertIn("Consumer", person.dunning_debtor_hint)
        person.sudo().vat = "DE136695976"
        self.assertIn("Business", person.dunning_debtor_hint)

    def test_who_chose_the_type_is_kept(self):
        self.customer.sudo().dunning_debtor_type = "public"
        self.assertIn("Chosen by", self.customer.dunning_debtor_note)

    def test_a_suggestion_decides_nothing(self):
        invoice = self.overdue_invoice(60, 100)
        self.assertIn("No default yet", invoice.dunning_default_note)

    def test_only_clerks_take_a_suggestion(self):
        with self.assertRaises(AccessError):
            self.customer.with_user(self.caller).action_dunning_take_suggestion()


@tagged("post_install", "-at_install")
class TestMoneyInput(DunningCommon):
    """Wrong input is refused with a sentence that says what to do."""

    def test_the_first_level_cannot_charge(self):
        for name in ("charge_interest", "charge_lump_sum"):
            with self.assertRaisesRegex(ValidationError, "first level and cannot charge"):
                self.reminder.sudo()[name] = True

    def test_deleting_the_first_level_leaves_none_that_charges_at_once(self):
        self.first_notice.sudo().charge_interest = True
        with self.assertRaisesRegex(ValidationError, "first level and cannot charge"):
            self.reminder.sudo().unlink()

    def test_a_letter_does_not_arrive_before_it_was_sent(self):
        self.overdue_invoice(7, 100)
        self.send(self.propose().notice_ids)
        notice = self.env["dunning.notice"].search([("partner_id", "=", self.customer.id)])
        with self.assertRaisesRegex(ValidationError, "cannot arrive before"):
            notice.date_received = "2026-11-01"
