from odoo.exceptions import UserError
from odoo.tests import tagged

from ..rules.claim import PRINCIPAL
from .test_claim_statement import ClaimCommon, day


class BookingCommon(ClaimCommon):
    """A company that books charges, on accounts of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"].sudo()
        cls.income = {
            name: accounts.create({"name": name, "code": code, "account_type": "income_other"})
            for name, code in (("interest", "265000"), ("fee", "860000"), ("return", "497000"))
        }
        journals = cls.env["account.journal"].sudo()
        cls.company.sudo().write(
            {
                "dunning_booking": "issued",
                "dunning_journal_id": journals.search(
                    [("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1
                ).id,
                "dunning_account_interest_id": cls.income["interest"].id,
                "dunning_account_fee_id": cls.income["fee"].id,
                "dunning_account_return_id": cls.income["return"].id,
            }
        )
        cls.journal = cls.company_data["default_journal_bank"]
        cls.first_notice.sudo().write({"fee": 5, "send_letter": True})
        cls.final_notice.sudo().write({"charge_lump_sum": True, "charge_interest": True})

    def dunned(self, *days, amount=1000):
        """Return an invoice of 31 July and its newest notice, sent on the last of these days."""
        invoice = self.invoice(amount, day("31.07.2026"))
        self.remind(*days)
        return invoice, self.notice_of(invoice)

    def final(self):
        return self.dunned("10.08.2026", "31.08.2026", "21.09.2026")

    def booked(self):
        """Return {account: balance} of all booked charges that stand."""
        lines = self.env["dunning.notice.charge"].sudo().search([])._get_booked_items()
        result = {}
        for line in lines.move_id.line_ids.filtered("credit"):
            result[line.account_id] = result.get(line.account_id, 0) + line.credit
        return {account: round(amount, 2) for account, amount in result.items()}

    def use(self, notice, when, **amounts):
        """Use money that came in on charges of these kinds, as the clerk decides."""
        action = notice.action_use_payment()
        model = self.env["dunning.claim.payment.wizard"].with_context(**action["context"])
        with self.at(day=day(when)):
            wizard = model.create(
                {
                    "notice_id": notice.id,
                    "amount_new": sum(amounts.values()),
                    "journal_id": self.journal.id,
                    "date": day(when),
                }
            )
            for line in wizard.line_ids:
                line.amount = amounts.get(line.charge_id.kind, 0)
            wizard.action_apply()
        self.env.invalidate_all()

    def left_in_books(self):
        """Return what of all booked charges is still open."""
        charges = self.env["dunning.notice.charge"].sudo().search([])
        return round(sum(charges._get_booked_items().mapped("amount_residual")), 2)

    def assertAgreesWithStatement(self, notice):
        """The statement rounds once more on the day of the payment, so a cent may lie between."""
        total = float(self.sheet(notice.date, PRINCIPAL).total)
        self.assertAlmostEqual(total, notice.amount_total, delta=0.011)


@tagged("post_install", "-at_install")
class TestClaimBooking(BookingCommon):
    """Charges in the books: when, where, and how they leave again."""

    def test_by_default_charges_are_only_shown(self):
        self.company.sudo().dunning_booking = "show"
        _invoice, notice = self.final()
        self.assertTrue(notice.charge_ids)
        self.assertFalse(self.booked() or notice.can_book)

    def test_each_charge_is_a_receivable_item_of_its_own_without_tax(self):
        _invoice, notice = self.final()
        interest = notice.charge_ids.filtered(lambda c: c.kind == "interest")
        line = interest._get_booked_items()
        self.assertEqual(line.debit, interest.amount)
        self.assertEqual(line.partner_id, self.customer)
        self.assertEqual(line.date_maturity, notice.date_deadline)
        self.assertEqual(line.account_id.account_type, "asset_receivable")
        self.assertFalse(line.move_id.line_ids.tax_ids | line.move_id.line_ids.tax_line_id)
        self.assertEqual(line.move_id.date, notice.date_sent)

    def test_the_lump_sum_takes_the_fee_along_that_was_booked_before(self):
        _invoice, notice = self.final()
        self.assertEqual(self.booked()[self.income["fee"]], 40)
        self.assertEqual(notice.amount_charges, round(sum(self.booked().values()), 2))

    def test_a_later_letter_books_only_the_interest_that_came_on_top(self):
        self.first_notice.sudo().charge_interest = True
        _invoice, notice = self.final()
        interest = notice.charge_ids.filtered(lambda c: c.kind == "interest")
        self.assertEqual(self.booked()[self.income["interest"]], interest.amount)

    def test_the_cost_of_a_second_return_is_booked_on_top_and_owed_with_the_first(self):
        invoice = self.invoice(1000, day("31.07.2026"), dunning_return_cost=4.5)
        self.remind("10.08.2026")
        invoice.dunning_return_cost = 9.5
        self.remind("31.08.2026")
        self.assertEqual(self.booked()[self.income["return"]], 9.5)
        costs = self.notice_of(invoice).charge_ids.filtered(lambda c: c.kind == "return_cost")
        self.assertEqual(costs.mapped("amount_unpaid"), [4.5, 5])

    def test_booked_charges_start_no_ladder_and_are_no_excluded_items(self):
        self.final()
        with self.at(day=day("01.12.2026")):
            run = self.propose()
        moves = run.notice_ids.line_ids.move_id | run.skip_ids.move_id
        self.assertFalse(moves.filtered(lambda move: move.move_type == "entry"))

    def test_statement_and_letter_agree_with_the_books(self):
        _invoice, notice = self.final()
        sheet = self.sheet(notice.date, PRINCIPAL)
        self.assertEqual(float(sheet.total), notice.amount_total)
        self.assertEqual(len(sheet.accounts), 1)

    def test_money_on_a_booked_charge_counts_as_paid(self):
        _invoice, notice = self.final()
        for charge in notice.charge_ids:
            line = charge._get_booked_items().with_env(self.env)
            with self.at(day=day("28.09.2026")):
                credit = self.credit_note(line.debit)
                (line + self.receivable(credit)).reconcile()
        self.assertEqual(notice.charge_ids.mapped("amount_unpaid"), [0, 0])
        self.assertEqual(notice._get_charges_owed(), 0)
        sheet = self.sheet(day("28.09.2026"), PRINCIPAL)
        self.assertEqual(sheet.costs, 0)

    def receivable(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def test_cancelling_the_notice_reverses_its_charges(self):
        self.company.sudo().restrictive_audit_trail = True  # as German companies have it
        _invoice, notice = self.final()
        lines = notice.charge_ids._get_booked_items()
        notice.with_user(self.manager).action_cancel("Wrong customer")
        self.assertTrue(lines.move_id.reversal_move_ids)
        self.assertEqual(sum(lines.mapped("amount_residual")), 0)
        self.assertEqual(self.booked(), {self.income["fee"]: 5})  # that of the letter before

    def test_waiving_a_charge_reverses_it(self):
        _invoice, notice = self.final()
        lump = notice.charge_ids.filtered(lambda c: c.kind == "lump_sum")
        lump.with_user(self.manager).action_waive("Goodwill")
        self.assertNotIn(35, [line.debit for line in lump._get_booked_items()])
        self.assertEqual(self.booked()[self.income["fee"]], 5)

    # === WHAT STANDS IN THE WAY ===

    def assertNotSent(self, text, **settings):
        invoice = self.invoice(1000, day("31.07.2026"))
        self.remind("10.08.2026")
        self.company.sudo().write(settings)
        with self.at(day=day("31.08.2026")):
            notice = self.propose().notice_ids
            notice.action_approve()
            with self.assertRaisesRegex(UserError, text):
                notice.action_send()
        self.assertEqual(self.notice_of(invoice).state, "approved")
        self.assertFalse(self.booked())

    def test_a_missing_account_is_named_before_anything_is_sent(self):
        self.assertNotSent("Account of Fees and Lump Sums", dunning_account_fee_id=False)

    def test_a_missing_journal_is_named(self):
        self.assertNotSent("choose their journal", dunning_journal_id=False)

    def test_a_lock_date_is_named(self):
        self.assertNotSent("the books are closed", fiscalyear_lock_date=day("31.12.2026"))

    def test_what_became_impossible_after_sending_is_a_task_and_a_button(self):
        invoice = self.invoice(1000, day("31.07.2026"))
        self.remind("10.08.2026")
        with self.at(day=day("31.08.2026")):
            notice = self.propose().notice_ids
            notice.action_approve()
            notice.action_send()
            self.company.sudo().fiscalyear_lock_date = day("31.12.2026")
            self.deliver(notice)
            self.assertEqual(notice.state, "sent")
            self.assertIn("are not booked", "".join(notice.activity_ids.mapped("summary")))
            with self.assertRaisesRegex(UserError, "closed"):
                notice.action_book_charges()
            self.company.sudo().fiscalyear_lock_date = False
            notice.invalidate_recordset()
            self.assertTrue(notice.can_book)
            notice.action_book_charges()
        self.assertEqual(self.booked(), {self.income["fee"]: 5})
        self.assertEqual(self.notice_of(invoice), notice)

    def test_a_cancellation_into_a_closed_period_changes_nothing(self):
        _invoice, notice = self.final()
        self.company.sudo().fiscalyear_lock_date = day("31.12.2026")
        with self.assertRaisesRegex(UserError, "closed"), self.cr.savepoint():
            notice.with_user(self.manager).action_cancel("Wrong customer")
        notice.invalidate_recordset()
        self.assertEqual(notice.state, "sent")

    def test_in_another_currency_the_entry_has_both_amounts(self):
        usd = self.env.ref("base.USD").sudo()
        usd.active = True
        usd.rate_ids.unlink()
        self.env["res.currency.rate"].sudo().create(
            {
                "name": "2026-01-01",
                "rate": 2,
                "currency_id": usd.id,
                "company_id": self.company.id,
            }
        )
        with self.at(day=day("31.07.2026")):
            invoice = self.overdue_invoice(0, 1000, currency=usd.with_env(self.env))
        self.remind("10.08.2026", "31.08.2026")
        line = self.notice_of(invoice).charge_ids._get_booked_items()
        self.assertEqual((line.amount_currency, line.debit), (10, 5))

    def test_twenty_letters_are_booked_with_the_queries_of_few(self):
        counted = []
        self.first_notice.sudo().charge_interest = True
        for number in (2, 20):
            for one in range(number):
                customer = self._create_customer(f"Kunde {number} {one}")
                customer.sudo().write(
                    {"dunning_debtor_type": "business", "dunning_due_agreed": "yes"}
                )
                with self.at(day=day("31.07.2026")):
                    self.overdue_invoice(0, 1000, customer=customer)
            self.company.sudo().dunning_booking = "show"
            self.remind("10.08.2026", "31.08.2026")
            self.company.sudo().dunning_booking = "issued"
            notices = self.env["dunning.notice"].search([("state", "=", "sent"), ("rank", "=", 2)])
            todo = notices.filtered("can_book")
            self.assertGreaterEqual(len(todo), number)
            with self.at(day=day("31.08.2026")):
                amounts = todo.charge_ids._get_amounts_to_book()
                self.env.flush_all()
                before = self.cr.sql_log_count
                todo.charge_ids._book(day("31.08.2026"), amounts)
                self.env.flush_all()
                counted.append(self.cr.sql_log_count - before)
            todo.action_cancel("Next round")
        self.assertLess(counted[1], counted[0] * 10 / 2)


@tagged("post_install", "-at_install")
class TestClaimAccounts(ClaimCommon):
    """Charts that are known bring their accounts along; others are asked for."""

    def test_an_unknown_chart_is_asked_for(self):
        self.company.sudo()._set_dunning_accounts()
        self.assertTrue(self.company.dunning_journal_id)
        self.assertFalse(self.company.dunning_account_interest_id)

    def test_the_accounts_of_skr03_and_skr04_are_found(self):
        company = self.company.sudo()
        accounts = self.env["account.account"].sudo()
        for chart, codes in (
            ("de_skr03", ("2650", "8600", "4970")),
            ("de_skr04", ("7100", "4830", "6855")),
        ):
            for code in codes:
                kind = "expense" if code in ("4970", "6855") else "income_other"
                accounts.create({"name": code, "code": f"{code}00", "account_type": kind})
            company.write(
                {
                    "chart_template": chart,
                    "dunning_account_interest_id": False,
                    "dunning_account_fee_id": False,
                    "dunning_account_return_id": False,
                }
            )
            company._set_dunning_accounts()
            found = [
                company._get_dunning_account(kind).code[:4]
                for kind in ("interest", "lump_sum", "return_cost")
            ]
            self.assertEqual(tuple(found), codes)
