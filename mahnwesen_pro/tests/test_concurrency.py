from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Thread

from psycopg2 import IntegrityError, OperationalError

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import LockError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

#: How one of two transactions learns that the other one was first; Odoo repeats or reports it.
SECOND = (IntegrityError, OperationalError, LockError)


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Two transactions at once: real commits on data of their own, which is removed afterwards.

    Every transaction has taken its snapshot before any of them begins to work.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.remove)
        with self.transaction() as env:
            self.prepare(env)

    @contextmanager
    def transaction(self):
        """An environment of its own that commits at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def prepare(self, env):
        """One customer who owes 100 since 30 days, booked in a journal of its own."""
        company = env.ref("base.main_company")
        shared = {"company_ids": [Command.set(company.ids)], "reconcile": True}
        accounts = env["account.account"].create(
            [
                {**shared, "code": "DUN1", "name": "Debtors", "account_type": "asset_receivable"},
                {**shared, "code": "DUN2", "name": "Sales", "account_type": "asset_current"},
            ]
        )
        journal = env["account.journal"].create(
            {"name": "Races", "code": "RACE", "type": "general", "company_id": company.id}
        )
        partner = env["res.partner"].create(
            {
                "name": "Rennstall GmbH",
                "is_company": True,
                "street": "Ring 1",
                "city": "Berlin",
                "email": "race@kunde.example.com",
            }
        )
        self.company_id, self.journal_id = company.id, journal.id
        self.account_ids, self.partner_id = accounts.ids, partner.id
        self.item_id = self.book(env, 100)

    def book(self, env, amount):
        """Book what the customer owes (or paid, negative) and return the receivable line's id."""
        due = fields.Date.today() - timedelta(days=30)
        receivable, other = self.account_ids
        move = env["account.move"].create(
            {
                "journal_id": self.journal_id,
                "date": due,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable,
                            "partner_id": self.partner_id,
                            "balance": amount,
                            "date_maturity": due,
                        }
                    ),
                    Command.create({"account_id": other, "balance": -amount}),
                ],
            }
        )
        move.action_post()
        line = move.line_ids.filtered("partner_id")
        line.no_followup = False
        return line.id

    def remove(self):
        """Delete every trace, past the guards that protect real history."""
        with self.transaction() as env:
            notices = self.notices(env)
            runs, messages = notices.run_id, notices.message_ids
            notices.delivery_ids.mail_mail_id.unlink()
            files = env["ir.attachment"].search(
                [
                    ("res_model", "=", "dunning.notice"),
                    ("res_id", "in", notices.ids),
                    ("res_field", "=", "pdf_file"),
                ]
            )
            for query, ids in (
                ("DELETE FROM dunning_notice WHERE id = ANY(%s)", notices.ids),
                ("DELETE FROM dunning_run WHERE id = ANY(%s)", runs.ids),
                ("DELETE FROM ir_attachment WHERE id = ANY(%s)", files.ids),
                ("DELETE FROM mail_message WHERE id = ANY(%s)", messages.ids),
                (
                    "DELETE FROM account_partial_reconcile WHERE debit_move_id IN"
                    " (SELECT id FROM account_move_line WHERE journal_id = ANY(%s))",
                    [self.journal_id],
                ),
                (
                    "DELETE FROM account_full_reconcile WHERE id IN (SELECT full_reconcile_id"
                    " FROM account_move_line WHERE journal_id = ANY(%s))",
                    [self.journal_id],
                ),
                ("DELETE FROM account_move WHERE journal_id = ANY(%s)", [self.journal_id]),
                ("DELETE FROM account_journal WHERE id = ANY(%s)", [self.journal_id]),
                ("DELETE FROM account_account WHERE id = ANY(%s)", self.account_ids),
            ):
                env.cr.execute(query, [ids])
            env.invalidate_all(flush=False)
            env["res.partner"].browse(self.partner_id).unlink()

    def notices(self, env):
        return env["dunning.notice"].search([("partner_id", "=", self.partner_id)])

    def propose(self, env):
        company = env["res.company"].browse(self.company_id)
        partner = env["res.partner"].browse(self.partner_id)
        return env["dunning.run"].propose(company=company, partners=partner)

    def approve(self):
        """Commit one approved notice over the 100."""
        with self.transaction() as env:
            notice = self.propose(env).notice_ids
            notice.action_approve()
            self.assertEqual((notice.state, notice.amount_total), ("approved", 100))

    def pay(self, env):
        """Book a payment of everything and reconcile it."""
        lines = env["account.move.line"].browse([self.item_id, self.book(env, -100)])
        lines.reconcile()

    def at_once(self, *works):
        """Do the works in parallel transactions; return what the late ones were told.

        The transactions open here: while tests run, only this thread may ask for the registry.
        """
        told, broken = [], []

        def worker(env, work):
            try:
                work(env)
                env.cr.commit()
            except SECOND as error:
                told.append(error)
            except Exception as error:
                broken.append(error)
            finally:
                env.cr.rollback()

        with ExitStack() as stack, mute_logger("odoo.sql_db"):
            threads = []
            for work in works:
                env = stack.enter_context(self.transaction())
                env.cr.execute("SELECT count(*) FROM dunning_notice")  # takes the snapshot
                threads.append(Thread(target=worker, args=[env, work], daemon=True))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            self.assertFalse(any(thread.is_alive() for thread in threads), "a deadlock")
        self.assertFalse(broken)
        return told

    def test_two_runs_at_once_make_one_notice(self):
        told = self.at_once(self.propose, self.propose)
        with self.transaction() as env:
            self.assertEqual(len(self.notices(env)), 1)
            self.assertEqual(len(self.notices(env).line_ids), 1)
        self.assertLessEqual(len(told), 1, "one of them succeeds")

    def test_two_workers_send_one_notice_once(self):
        self.approve()
        told = self.at_once(*[lambda env: self.notices(env).action_send()] * 2)
        self.assertEqual(len(told), 1)
        with self.transaction() as env:
            notice = self.notices(env)
            self.assertEqual(notice.state, "sending")
            self.assertEqual(len(notice.delivery_ids), 1)
            self.assertEqual(
                env["mail.mail"].search_count(
                    [("model", "=", "dunning.notice"), ("res_id", "=", notice.id)]
                ),
                1,
            )

    def test_two_persons_approving_at_once_approve_once(self):
        with self.transaction() as env:
            self.propose(env)
        self.at_once(*[lambda env: self.notices(env).action_approve()] * 2)
        with self.transaction() as env:
            self.assertEqual(self.notices(env).state, "approved")

    def test_a_payment_booked_a_second_before_sending_wins(self):
        self.approve()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            notice = self.notices(env)
            self.assertEqual(notice.state, "approved")  # the snapshot still shows the debt
            with self.transaction() as other:
                self.pay(other)
            with mute_logger("odoo.sql_db"), self.assertRaises(SECOND):
                notice.action_send()
            cr.rollback()
        with self.transaction() as env:  # Odoo repeats the request on fresh data
            self.notices(env).action_send()
        with self.transaction() as env:
            self.assertEqual(self.notices(env).state, "cancelled")
            self.assertFalse(self.notices(env).delivery_ids)

    def test_sending_and_cancelling_at_once_do_one_of_both(self):
        self.approve()
        told = self.at_once(
            lambda env: self.notices(env).action_send(),
            lambda env: self.notices(env).action_cancel("Agreed on the phone"),
        )
        self.assertEqual(len(told), 1)
        with self.transaction() as env:
            notice = self.notices(env)
            self.assertIn(notice.state, ("sending", "cancelled"))
            self.assertEqual(bool(notice.delivery_ids), notice.state == "sending")

    def test_a_worker_that_is_killed_leaves_nothing_half_sent(self):
        self.approve()
        with self.registry.cursor() as cr:
            self.notices(api.Environment(cr, SUPERUSER_ID, {})).action_send()
            cr.rollback()  # what PostgreSQL does when the connection dies
        with self.transaction() as env:
            notice = self.notices(env)
            self.assertEqual((notice.state, notice.name), ("approved", False))
            self.assertFalse(notice.delivery_ids)
            notice.action_send()
            self.assertEqual(notice.state, "sending")
