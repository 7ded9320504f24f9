from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..models import dunning_run
from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestPerformance(DunningCommon):
    """Queries are counted, never seconds: twice the work must not be twice the queries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        customers = (
            cls.env["res.partner"]
            .sudo()
            .create(
                [
                    {
                        "name": f"Customer {number}",
                        "is_company": True,
                        "street": "Marktplatz 1",
                        "city": "Berlin",
                        "email": f"c{number}@kunde.example.com",
                    }
                    for number in range(20)
                ]
            )
        )
        cls.env.flush_all()
        cls.customers = customers.with_env(cls.env)

    def invoices(self, customers, items):
        """Post ``items`` overdue invoices, spread over the customers."""
        moves = self.env["account.move"]
        template = self.overdue_invoice(7, customer=customers[0])
        for number in range(items):
            customer = customers[number % len(customers)]
            moves += template.copy(
                {
                    "partner_id": customer.id,
                    "invoice_date": template.invoice_date,
                    "invoice_date_due": template.invoice_date_due,
                }
            )
        template.button_draft()
        template.button_cancel()
        moves.action_post()
        return moves

    @contextmanager
    def queries(self, counted):
        """Append the number of queries of the block to ``counted``."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        yield
        self.env.flush_all()
        counted.append(self.cr.sql_log_count - before)

    def test_proposing_ten_times_the_items_takes_the_same_queries(self):
        counted = []
        self.invoices(self.customers, 20)
        self.propose()
        with self.queries(counted):
            few = self.propose()
        self.assertEqual(len(few.notice_ids.line_ids), 20)
        self.invoices(self.customers, 180)
        self.propose()
        with self.queries(counted):
            many = self.propose()
        self.assertEqual(len(many.notice_ids.line_ids), 200)
        self.assertLessEqual(counted[1], counted[0] + 5, counted)

    def test_proposing_grows_with_the_chunks_only(self):
        counted = []
        self.invoices(self.customers, 20)
        self.propose()
        for chunk in (20, 10, 5):
            with self.queries(counted), patch.object(dunning_run, "CHUNK", chunk):
                self.propose()
        one, two, four = counted
        self.assertLess(two - one, one, counted)
        self.assertLess((four - one) / 3, one, counted)

    def test_the_database_counts_what_a_run_fills_each_time_the_chunks_have_doubled(self):
        runs = self.env["dunning.run"]
        with (
            patch.object(dunning_run, "CHUNK", 1),
            patch.object(type(self.env), "execute_query") as executed,
        ):
            chunks = list(runs._split(range(9)))
        self.assertEqual(len(chunks), 9)
        self.assertEqual(executed.call_count, 4)
        counted = executed.call_args.args[0].code
        for table in ("dunning_notice", "dunning_notice_line", "dunning_call", "mail_activity"):
            self.assertIn(f'"{table}"', counted)

    def test_customers_in_one_chunk_cost_few_queries_each(self):
        counted = []
        self.invoices(self.customers[:5], 5)
        self.propose()
        with self.queries(counted):
            self.propose()
        self.invoices(self.customers[5:], 15)
        self.propose()
        with self.queries(counted):
            self.propose()
        self.assertLess((counted[1] - counted[0]) / 15, 2, counted)

    def test_planning_ten_times_the_calls_takes_the_same_queries(self):
        rules = self.env["dunning.level.call"].sudo()  # the manager's settings
        rules.create({"level_id": self.reminder.id, "moment": "before"})
        self.invoices(self.customers, 20)
        self.propose(partners=self.customers[:1])
        counted = []
        for customers in (self.customers[1:2], self.customers[2:12]):
            with self.queries(counted):
                run = self.propose(partners=customers)
            planned = self.env["dunning.call"].search([("partner_id", "in", customers.ids)])
            self.assertEqual((len(planned), len(run.notice_ids)), (len(customers), 0))
        self.assertLessEqual(counted[1], counted[0] + 5, counted)

    def test_explaining_a_list_of_invoices_takes_the_same_queries(self):
        counted = []
        moves = self.invoices(self.customers, 40)
        for part in (moves[:20], moves):
            with self.queries(counted):
                part.dunning_explain()
                part.mapped("dunning_date_next")
                part.mapped("dunning_is_paused")
        self.assertLessEqual(counted[1], counted[0] + 5, counted)

    def test_whom_to_keep_secret_is_looked_up_in_an_index_and_not_among_all_contacts(self):
        query = self.env["dunning.notice"]._search([], bypass_access=False)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")  # the tables are small here
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("res_partner_dunning_confidential_idx", plan)

    def test_approving_ten_times_the_items_takes_the_same_queries(self):
        counted = []
        self.invoices(self.customers, 20)
        notices = self.propose().notice_ids
        notices.action_approve()
        for more in (0, 180):
            notices.action_unapprove()
            self.invoices(self.customers, more)
            notices = self.propose().notice_ids
            with self.queries(counted):
                notices.action_approve()
        self.assertEqual(len(notices.claim_ids), 200)
        self.assertLessEqual(counted[1], counted[0] + 5, counted)

    def test_approving_costs_no_query_for_another_notice(self):
        counted = []
        self.invoices(self.customers, 20)
        notices = self.propose().notice_ids
        for part in (notices[:1], notices[1:6], notices[6:16]):
            with self.queries(counted):
                part.action_approve()
        _first, five, ten = counted
        self.assertLessEqual(ten, five + 5, counted)

    def test_sending_costs_a_fixed_number_of_queries_for_each_notice(self):
        counted = []
        self.invoices(self.customers, 20)
        notices = self.propose().notice_ids
        notices.action_approve()
        notices[:1].action_send()
        for part in (notices[1:5], notices[5:15]):
            with self.queries(counted):
                part.action_send()
        four, ten = counted
        self.assertLessEqual((ten - four) / 6, 8, counted)

    def test_sending_ten_times_the_items_takes_the_same_queries(self):
        counted = []
        self.invoices(self.customers[:10], 20)
        self.invoices(self.customers[10:], 200)
        notices = self.propose().notice_ids
        notices.action_approve()
        small = notices.filtered(lambda notice: notice.claim_count == 2)
        for part in (small, notices - small):
            with self.queries(counted):
                part.action_send()
        self.assertEqual(len((notices - small).claim_ids), 200)
        self.assertLessEqual(counted[1], counted[0] + 15, counted)
