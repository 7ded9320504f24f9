from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestCustomer(DunningCommon):
    """Who gets the letters, and what the customer form shows."""

    def contact(self, name, **values):
        partner = (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": name,
                    "parent_id": self.customer.id,
                    "email": "c@kunde.example.com",
                    **values,
                }
            )
        )
        return partner.with_env(self.env)

    def addressee(self):
        self.overdue_invoice(7)
        return self.propose().notice_ids.addressee_id

    def test_letters_go_to_the_customer(self):
        self.assertEqual(self.addressee(), self.customer)

    def test_letters_go_to_the_invoice_contact(self):
        invoice_contact = self.contact("Rechnungsprüfung", type="invoice")
        self.assertEqual(self.addressee(), invoice_contact)

    def test_letters_go_to_the_dunning_contact_first(self):
        self.contact("Rechnungsprüfung", type="invoice")
        dunning_contact = self.contact("Frau Sommer")
        self.customer.sudo().dunning_contact_id = dunning_contact
        self.assertEqual(self.addressee(), dunning_contact)

    def test_an_archived_contact_falls_through(self):
        dunning_contact = self.contact("Frau Sommer")
        self.customer.sudo().dunning_contact_id = dunning_contact
        dunning_contact.sudo().active = False
        self.contact("Alt", type="invoice").sudo().active = False
        self.assertEqual(self.addressee(), self.customer)

    def test_invoices_to_a_contact_are_dunned_with_those_of_the_firm(self):
        branch = self.contact("Filiale Süd", type="delivery")
        one, two = self.overdue_invoice(7), self.overdue_invoice(8, customer=branch)
        notice = self.propose().notice_ids
        self.assertEqual(notice.line_ids.move_id, one + two)
        self.assertEqual(notice.partner_id, self.customer)

    def test_a_foreign_address_names_its_country_in_capitals(self):
        self.company.sudo().partner_id.lang = "en_US"
        self.customer.sudo().write({"country_id": self.env.ref("base.fr").id, "zip": "75001"})
        self.assertEqual(self.customer._dunning_address().split("\n")[-1], "FRANCE")

    def test_a_person_of_unknown_kind_counts_as_consumer(self):
        self.assertFalse(self.customer._is_dunning_consumer())
        self.customer.sudo().is_company = False
        self.assertTrue(self.customer._is_dunning_consumer())
        self.customer.sudo().dunning_debtor_type = "business"
        self.assertFalse(self.customer._is_dunning_consumer())

    def test_the_clerk_of_the_customer_signs_the_letter(self):
        self.overdue_invoice(7)
        self.assertEqual(self.propose().notice_ids.user_id, self.clerk)
        self.customer.sudo().dunning_user_id = self.colleague
        self.assertEqual(self.propose().notice_ids.user_id, self.colleague)
        self.colleague.sudo().active = False
        self.assertEqual(self.propose().notice_ids.user_id, self.clerk)

    def test_the_customer_form_sums_up(self):
        self.overdue_invoice(-5, 40)
        self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        self.credit_note(10)
        self.customer.invalidate_recordset()
        customer = self.customer
        self.assertEqual(customer.dunning_amount_open, 130)
        self.assertEqual(customer.dunning_level_id, self.reminder)
        self.assertEqual(customer.dunning_notice_count, 1)
        domain = customer.action_open_dunning_notices()["domain"]
        self.assertEqual(self.env["dunning.notice"].search_count(domain), 1)

    def test_what_is_overdue_counts_from_the_day_after_the_due_date(self):
        self.overdue_invoice(0, 40)
        self.overdue_invoice(1, 7)
        self.assertEqual(self.customer.dunning_amount_overdue, 7)

    def test_a_paused_customer_is_marked(self):
        self.assertFalse(self.customer.dunning_is_paused)
        self.pause(self.overdue_invoice(7))
        self.customer.invalidate_recordset()
        self.assertFalse(self.customer.dunning_is_paused, "one invoice is not the customer")
        self.pause(self.customer)
        self.customer.invalidate_recordset()
        self.assertTrue(self.customer.dunning_is_paused)

    def merge(self, gone, kept):
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .sudo()
            .create({"partner_ids": (gone + kept).ids, "dst_partner_id": kept.id})
        )
        wizard.action_merge()
        self.env.invalidate_all()

    def test_merged_customers_keep_notices_pauses_and_settings(self):
        twin = self._twin()
        contact = self.contact("Frau Sommer", parent_id=twin.id)
        twin.sudo().write({"dunning_contact_id": contact.id, "dunning_policy_id": self.policy.id})
        invoice = self.overdue_invoice(7, customer=twin)
        self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        theirs, address = self.notice_of(invoice), self.notice_of(invoice).address_sent
        block = self.pause(twin)
        self.merge(twin, self.customer)
        self.assertFalse(twin.exists())
        self.assertEqual((theirs.partner_id, theirs.state), (self.customer, "sent"))
        self.assertEqual(theirs.address_sent, address)
        self.assertEqual(block.partner_id, self.customer)
        self.assertEqual(invoice.dunning_level_id, self.reminder)
        self.assertEqual(len(self.customer.dunning_notice_ids), 2)
        self.assertEqual(self.customer.dunning_contact_id, contact)

    def _twin(self):
        twin = self.customer.sudo().copy({"name": "Bäckerei Sommer"}).with_env(self.env)
        twin.flush_recordset()
        return twin

    def test_merged_customers_with_open_proposals_are_proposed_as_one(self):
        twin = self._twin()
        one, two = self.overdue_invoice(7, customer=twin), self.overdue_invoice(8)
        self.propose()
        self.merge(twin, self.customer)
        notice = self.propose().notice_ids
        self.assertEqual(notice.line_ids.move_id, one + two)

    def test_merged_customers_with_two_approved_notices_are_dunned_once_for_each_item(self):
        twin = self._twin()
        invoices = self.overdue_invoice(7, 30, customer=twin) + self.overdue_invoice(8, 50)
        self.propose().action_approve()
        notices = invoices.dunning_line_ids.notice_id
        self.merge(twin, self.customer)
        notices.action_send()
        again = self.propose().notice_ids
        again.action_approve()
        again.action_send()
        sent = invoices.dunning_line_ids.filtered(lambda line: line.state == "sending")
        self.assertEqual(len(sent), len(sent.move_line_id), "nothing twice")
        self.assertTrue(sent)
