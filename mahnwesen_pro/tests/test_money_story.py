from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .common import DunningCommon


class MoneyCommon(DunningCommon):
    """A policy whose second level charges everything, and words for the worked examples."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        levels = (cls.first_notice + cls.final_notice).sudo()
        levels.write({"charge_interest": True, "charge_lump_sum": True})
        cls.policy.sudo().letter_spacing = 1
        cls.business = cls._create_customer("Nordlicht GmbH", dunning_debtor_type="business")
        cls.consumer = cls._create_customer(
            "Anna Weber", is_company=False, dunning_debtor_type="consumer"
        )

    def owed(self, amount, due, customer, agreed=True):
        """Post an invoice that is due on a day in the past."""
        with self.at(day=due):
            invoice = self.overdue_invoice(0, amount, customer=customer)
            invoice.dunning_due_agreed = "yes" if agreed else "no"
        return invoice

    def reminded(self, invoice, day, deadline=None):
        """Record that the invoice was reminded once, so that the next level is the second."""
        with self.at(day=day):
            notice = self.env["dunning.notice"]._record_openings(
                [(invoice, self.reminder, date.fromisoformat(day))]
            )
        notice._write_own({"date_deadline": deadline or day, "date_received": day})
        return notice

    def noticed(self, invoice, day):
        """Return the notice that is proposed for the invoice on a day."""
        with self.at(day=day):
            self.propose()
            self.env.flush_all()
        return self.notice_of(invoice)

    def amounts(self, notice):
        """Return {kind: sum asked for} of the charges."""
        kinds = {}
        for charge in notice.charge_ids:
            kinds[charge.kind] = round(kinds.get(charge.kind, 0) + charge.amount_asked, 2)
        return kinds

    def days(self, notice):
        charges = notice.charge_ids.filtered(lambda charge: charge.kind == "interest")
        return [segment.days for charge in charges for segment in charge._get_segments()]


@tagged("post_install", "-at_install")
class TestMoneyInOdoo(MoneyCommon):
    """The worked examples again, with posted invoices, real payments and proposed notices."""

    def test_ex1_a_business_pays_a_month_late(self):
        invoice = self.owed(1000, "2026-07-31", self.business)
        self.reminded(invoice, "2026-08-10")
        notice = self.noticed(invoice, "2026-08-31")
        self.assertEqual(self.amounts(notice), {"interest": 8.93, "lump_sum": 40})
        self.assertEqual((self.days(notice), notice.amount_total), ([31], 1048.93))

    def test_ex2_a_consumer_over_a_change_of_the_rate(self):
        invoice = self.owed(2400, "2026-04-30", self.consumer, agreed=False)
        self.reminded(invoice, "2026-05-15")
        notice = self.noticed(invoice, "2026-09-30")
        self.assertEqual(self.amounts(notice), {"interest": 58.40})
        self.assertEqual((self.days(notice), notice.amount_total), ([46, 92], 2458.40))

    def test_ex3_a_business_over_two_changes(self):
        invoice = self.owed(11900, "2025-04-14", self.business)
        self.reminded(invoice, "2025-05-05")
        notice = self.noticed(invoice, "2026-11-22")
        self.assertEqual(self.amounts(notice), {"interest": 2002.37, "lump_sum": 40})
        self.assertEqual((self.days(notice), notice.amount_total), ([77, 365, 145], 13942.37))

    def test_ex4_a_leap_year_in_both_ways(self):
        invoice = self.owed(5000, "2023-10-30", self.business)
        self.reminded(invoice, "2023-11-10")
        self.assertEqual(self.amounts(self.noticed(invoice, "2024-03-31"))["interest"], 260.26)
        self.company.sudo().dunning_day_count = "act_act"
        self.assertEqual(self.amounts(self.noticed(invoice, "2024-03-31"))["interest"], 259.83)

    def test_ex5_a_negative_base_rate_is_taken_off(self):
        invoice = self.owed(1000, "2022-09-30", self.consumer)
        self.reminded(invoice, "2022-10-10")
        notice = self.noticed(invoice, "2023-03-31")
        self.assertEqual((self.amounts(notice), self.days(notice)), ({"interest": 26.7}, [92, 90]))

    def test_ex6_a_payment_in_part_counts_from_its_day_on(self):
        invoice = self.owed(5950, "2026-04-30", self.business)
        self.reminded(invoice, "2026-05-11")
        with self.at(day="2026-08-14"):
            self.pay(invoice, 3000)
        notice = self.noticed(invoice, "2026-11-22")
        self.assertEqual(self.amounts(notice), {"interest": 263.45, "lump_sum": 40})
        self.assertEqual((self.days(notice), notice.amount_total), ([61, 44, 101], 3253.45))

    def test_ex7_a_consumer_pays_the_cost_of_a_letter(self):
        self.first_notice.sudo().fee = 2.5
        invoice = self.owed(800, "2026-04-10", self.consumer)
        self.reminded(invoice, "2026-04-20")
        with self.at(day="2026-07-20"):
            self.pay(invoice, 300)
        notice = self.noticed(invoice, "2026-10-31")
        self.assertTrue(notice.send_letter)
        self.assertEqual(self.amounts(notice), {"interest": 23.14, "fee": 2.5})
        self.assertEqual(self.days(notice), [81, 19, 104])

    def test_ex8_small_payments_lower_the_principal(self):
        invoice = self.owed(2000, "2026-02-02", self.business)
        self.reminded(invoice, "2026-02-12")
        for day, amount in (("2026-06-15", 30), ("2026-08-17", 50)):
            with self.at(day=day):
                self.pay(invoice, amount)
        notice = self.noticed(invoice, "2026-09-30")
        self.assertEqual(self.days(notice), [132, 16, 47, 45])
        self.assertEqual(self.amounts(notice)["interest"], 134.74)

    def test_ex9_a_due_date_on_a_saturday_moves_on(self):
        invoice = self.owed(1234.56, "2026-10-31", self.consumer)
        self.reminded(invoice, "2026-11-07")
        notice = self.noticed(invoice, "2026-11-22")
        self.assertEqual((self.amounts(notice), self.days(notice)), ({"interest": 4.41}, [20]))

    def test_ex10_thirty_days_for_a_business_and_none_for_a_consumer(self):
        for customer, start in ((self.business, date(2026, 11, 3)), (self.consumer, False)):
            invoice = self.owed(500, "2026-10-01", customer, agreed=False)
            invoice.dunning_received_on = "2026-10-01"
            self.assertEqual(invoice.dunning_default_on, start)
        self.assertIn("does not tell a consumer", invoice.dunning_default_note)

    def test_ex11_the_lump_sum_swallows_the_fees(self):
        (self.first_notice + self.final_notice).sudo().write({"fee": 5, "charge_interest": False})
        invoice = self.owed(500, "2026-07-31", self.business)
        self.reminded(invoice, "2026-08-10")
        with self.at(day="2026-08-31"):
            self.send(self.propose().notice_ids)
        first = self.notice_of(invoice)
        self.assertEqual(self.amounts(first), {"lump_sum": 40})
        final = self.noticed(invoice, "2026-09-21")
        self.assertEqual(self.amounts(final), {"lump_sum": 40})
        self.assertEqual(final.charge_ids.origin_id, first.charge_ids)


@tagged("post_install", "-at_install")
class TestCharges(MoneyCommon):
    """When charges are asked for, on which letter, and when not."""

    def story(self, customer=None, amount=1000, **company):
        """An invoice in default that was reminded once; the second notice is proposed on TODAY."""
        invoice = self.owed(amount, "2026-10-15", customer or self.business)
        self.reminded(invoice, "2026-10-26")
        return invoice

    def test_the_first_level_never_charges(self):
        self.owed(1000, "2026-10-15", self.business)
        self.assertFalse(self.propose().notice_ids.charge_ids)

    def test_without_default_nothing_is_charged_whatever_the_level_says(self):
        self.first_notice.sudo().fee = 5
        invoice = self.owed(1000, "2026-11-01", self.consumer, agreed=False)
        self.reminded(invoice, "2026-11-05", deadline="2026-11-30")
        self.final_notice.sudo().write({"days_since_previous": 14})
        notice = self.noticed(invoice, "2026-12-01")
        self.assertFalse(notice.charge_ids.filtered(lambda c: c.kind == "lump_sum"))
        self.assertEqual(self.days(notice), [1])

    def test_charges_start_at_the_level_that_asks_for_them(self):
        self.first_notice.sudo().write({"charge_interest": False, "charge_lump_sum": False})
        invoice = self.story()
        with self.at(day="2026-11-23"):
            self.send(self.propose().notice_ids)
        self.assertFalse(self.notice_of(invoice).charge_ids)
        final = self.noticed(invoice, "2026-12-14")
        self.assertEqual(set(self.amounts(final)), {"interest", "lump_sum"})

    def test_every_overdue_invoice_owes_its_own_lump_sum(self):
        first, second = self.story(amount=100), self.story(amount=200)
        notice = self.propose().notice_ids
        self.assertEqual(notice.claim_ids.move_id, first + second)
        self.assertEqual(self.amounts(notice)["lump_sum"], 80)

    def test_an_email_costs_a_consumer_nothing_a_letter_its_material(self):
        self.first_notice.sudo().write({"fee": 1.2, "letter_to_consumers": False})
        invoice = self.story(self.consumer)
        self.propose()
        self.assertNotIn("fee", self.amounts(self.notice_of(invoice)))
        self.first_notice.sudo().letter_to_consumers = True
        self.propose()
        self.assertEqual(self.amounts(self.notice_of(invoice))["fee"], 1.2)

    def test_a_fee_above_the_ceiling_is_warned_of(self):
        self.first_notice.sudo().fee = 5
        self.assertRegex(self.first_notice.fee_note, "2[.,]50")
        invoice = self.story(self.consumer)
        self.propose()
        self.assertIn("hard to defend", self.notice_of(invoice).hint)

    def test_who_is_not_known_counts_as_consumer(self):
        unknown = self._create_customer("Sommer")
        invoice = self.story(unknown)
        self.propose()
        notice = self.notice_of(invoice)
        self.assertEqual(set(self.amounts(notice)), {"interest"})
        self.assertEqual(notice.charge_ids._get_segments()[0].percent, Decimal("6.52"))

    def test_a_single_deal_can_be_private(self):
        invoice = self.story()
        invoice.dunning_debtor_type = "consumer"
        self.propose()
        self.assertNotIn("lump_sum", self.amounts(self.notice_of(invoice)))

    def test_damages_bear_the_lower_interest(self):
        invoice = self.story()
        invoice.dunning_is_no_price = True
        self.propose()
        notice = self.notice_of(invoice)
        self.assertEqual(set(self.amounts(notice)), {"interest"})
        self.assertEqual(notice.charge_ids._get_segments()[0].percent, Decimal("6.52"))

    def test_abroad_nothing_is_charged_unless_agreed(self):
        self.business.sudo().country_id = self.env.ref("base.fr")
        invoice = self.story()
        self.propose()
        self.assertFalse(self.notice_of(invoice).charge_ids)
        self.business.sudo().dunning_agreed_rate = 8
        self.propose()
        notice = self.notice_of(invoice)
        interest = notice.charge_ids.filtered(lambda charge: charge.kind == "interest")
        self.assertEqual(interest._get_segments()[0].percent, 8)

    def test_a_returned_debit_costs_what_the_bank_took_also_on_the_first_level(self):
        invoice = self.owed(300, "2026-10-15", self.consumer)
        invoice.dunning_return_cost = 3.85
        self.propose()
        self.assertEqual(self.amounts(self.notice_of(invoice)), {"return_cost": 3.85})

    def test_a_netted_credit_bears_no_interest(self):
        invoice = self.story(amount=1000)
        with self.at(day="2026-10-20"):
            self.credit_note(400, customer=self.business)
        self.propose()
        charge = self.notice_of(invoice).charge_ids.filtered(lambda c: c.kind == "interest")
        self.assertEqual([float(s.principal) for s in charge._get_segments()], [1000, 600])

    def test_a_part_that_is_set_aside_bears_no_interest(self):
        invoice = self.story(amount=1000)
        self.pause(invoice, amount=250)
        self.propose()
        charge = self.notice_of(invoice).charge_ids.filtered(lambda c: c.kind == "interest")
        self.assertEqual([float(s.principal) for s in charge._get_segments()], [750])

    def test_interest_is_counted_anew_on_the_day_of_sending(self):
        invoice = self.story()
        self.propose().action_approve()
        notice = self.notice_of(invoice)
        before = self.amounts(notice)["interest"]
        with self.at(2):
            notice.action_send()
            self.assertEqual(notice.state, "sending")
            self.assertAlmostEqual(self.amounts(notice)["interest"], before + 0.58, 2)
            self.assertEqual(self.days(notice), [41])
            sent = self.amounts(notice)
        with self.at(10):
            self.deliver(notice)
            self.assertEqual(self.amounts(notice), sent)

    def test_an_item_that_was_paid_takes_its_charges_along(self):
        first, second = self.story(amount=100), self.story(amount=200)
        self.propose().action_approve()
        notice = self.notice_of(first)
        self.pay(first)
        notice.action_send()
        self.assertEqual((notice.state, notice.claim_ids.move_id), ("sending", second))
        self.assertEqual(self.amounts(notice)["lump_sum"], 40)

    def test_behind_the_last_known_rate_interest_stops_and_the_run_says_so(self):
        invoice = self.story()
        notice = self.noticed(invoice, "2027-01-31")
        charge = notice.charge_ids.filtered(lambda c: c.kind == "interest")
        self.assertEqual(charge._get_segments()[-1].end, date(2026, 12, 31))
        self.assertIn("no base rate is known", notice.hint)
        self.assertEqual(notice.run_id.date_rate_missing, date(2027, 1, 1))
        self.assertFalse(self.propose().date_rate_missing)

    def test_a_currency_without_rate_costs_no_lump_sum_and_is_told(self):
        with self.at(day="2026-10-15"):
            usd = self.env.ref("base.USD")
            usd.sudo().active = True
            usd.sudo().rate_ids.unlink()
            invoice = self.overdue_invoice(0, 1000, customer=self.business, currency=usd)
            invoice.dunning_due_agreed = "yes"
        self.reminded(invoice, "2026-10-26")
        self.propose()
        notice = self.notice_of(invoice)
        self.assertEqual(set(self.amounts(notice)), {"interest"})
        self.assertIn("No rate of exchange", notice.hint)
