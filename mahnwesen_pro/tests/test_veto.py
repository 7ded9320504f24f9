from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import TODAY, DunningCommon


@tagged("post_install", "-at_install")
class TestVeto(DunningCommon):
    """Before a level that asks for it, sales is told and may stop it; silence means go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales = cls._create_caller("dunning-sales")
        cls.customer.sudo().user_id = cls.sales
        cls.first_notice.sudo().veto_days = 3

    @classmethod
    def _create_caller(cls, login):
        clerk, cls.env = cls.env, cls.env(su=True)  # users are created by an administrator
        caller = cls._create_user(login, "mahnwesen_pro.group_dunning_caller")
        cls.env = clerk
        return caller.with_env(clerk)

    def tell(self):
        """What the scheduled action does each morning."""
        self.env["dunning.run"].sudo()._tell_customers(self.company, self.customer.ids)

    def vetoes(self, user=None):
        return self.env["dunning.veto"].with_user(user or self.clerk).search([])

    def tasks(self):
        kind = self.env.ref("mahnwesen_pro.mail_activity_type_veto")
        return self.customer.sudo().activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def reminded(self):
        """An invoice of which the reminder was sent; its first notice is due in 14 days."""
        invoice = self.overdue_invoice(10)
        self.send(self.propose().notice_ids)
        return invoice

    def stop(self, vetoes, **values):
        action = vetoes.action_open_stop()
        wizard = vetoes.env["dunning.veto.wizard"].with_context(**action["context"])
        with Form(wizard) as form:
            form.note = "He pays after the acceptance on Friday"
            for name, value in values.items():
                setattr(form, name, value)
        form.record.action_stop()

    def test_the_salesperson_is_told_in_time_and_his_silence_means_go(self):
        invoice = self.reminded()
        with self.at(10):
            self.tell()
            self.assertFalse(self.vetoes())
        with self.at(11):
            self.tell()
            self.tell()
            (veto,) = self.vetoes(self.sales)
            self.assertEqual((veto.user_id, veto.level_id), (self.sales, self.first_notice))
            (task,) = self.tasks()
            self.assertEqual(task.user_id, self.sales)
            self.assertIn(invoice.name, task.note)
            self.assertIn("/odoo/mahnwesen-vertrieb", task.note)
        with self.at(13):
            self.propose()
            self.assertNotDunned(invoice, "veto")
        with self.at(14):
            self.propose()
            self.assertDunned(invoice, self.first_notice)
            self.assertEqual(veto.state, "silent")

    def test_where_nobody_was_told_the_run_tells_and_waits(self):
        invoice = self.reminded()
        with self.at(20):
            run = self.propose()
            self.assertNotDunned(invoice, "veto")
            self.assertEqual(run.skip_ids.dunnable_from, TODAY + timedelta(days=23))
            self.assertIn(self.sales.name, run.skip_ids.explanation)
            self.assertTrue(self.vetoes())
        with self.at(23):
            self.propose()
            self.assertDunned(invoice, self.first_notice)

    def test_a_dry_run_tells_nobody(self):
        self.reminded()
        self.propose(date=TODAY + timedelta(days=20), dry_run=True)
        self.assertFalse(self.vetoes())

    def test_he_stops_it_with_a_reason_and_an_end(self):
        invoice = self.reminded()
        with self.at(11):
            self.tell()
            self.stop(self.vetoes(self.sales), date_end=TODAY + timedelta(days=30))
            (veto,) = self.vetoes()
            self.assertEqual(veto.state, "stopped")
            self.assertEqual(veto.block_id.user_id, self.sales)
            self.assertIn("Friday", veto.block_id.note)
            self.assertFalse(self.tasks())
        with self.at(30):
            self.propose()
            self.assertNotDunned(invoice, "blocked")
        with self.at(31):
            self.propose()
            self.assertDunned(invoice, self.first_notice)

    def test_he_may_stop_what_is_proposed_already(self):
        invoice = self.reminded()
        with self.at(11):
            self.tell()
        with self.at(14):
            self.propose()
            self.assertDunned(invoice, self.first_notice)
            self.stop(self.vetoes(self.sales))
            self.assertNotDunned(invoice)

    def test_another_salesperson_neither_sees_nor_stops_it(self):
        other = self.colleague
        other.sudo().group_ids = self.sales.sudo().group_ids
        self.reminded()
        with self.at(11):
            self.tell()
            self.assertFalse(self.vetoes(other))
            with self.assertRaises(AccessError):
                self.vetoes().with_user(other)._stop("No", TODAY + timedelta(days=20))

    def test_a_day_in_the_past_and_a_second_veto_are_refused(self):
        self.reminded()
        with self.at(11):
            self.tell()
            with self.assertRaises(UserError):
                self.stop(self.vetoes(self.sales), date_end=TODAY)
            self.stop(self.vetoes(self.sales))
            with self.assertRaises(UserError):
                self.vetoes(self.sales).action_open_stop()

    def test_without_a_salesperson_nobody_is_waited_for(self):
        self.customer.sudo().user_id = False
        invoice = self.reminded()
        with self.at(14):
            self.propose()
            self.assertDunned(invoice, self.first_notice)
            self.assertFalse(self.vetoes())

    def test_a_level_that_does_not_ask_waits_for_nobody(self):
        invoice = self.overdue_invoice(10)
        self.propose()
        self.assertDunned(invoice, self.reminder)

    def test_nobody_is_told_of_what_would_not_be_dunned(self):
        self.pause(self.reminded(), days=60)
        with self.at(11):
            self.tell()
            self.assertFalse(self.vetoes())

    def test_the_card_counts_what_waits(self):
        card = self.env.ref("mahnwesen_pro.dunning_card_veto").with_env(self.env)
        self.reminded()
        with self.at(11):
            self.tell()
            self.assertEqual((card.count, card.amount), (1, 100))
        with self.at(14):
            card.invalidate_recordset()
            self.assertEqual(card.count, 0)

    def test_the_scheduled_action_tells_every_company_that_asks(self):
        self.reminded()
        with self.at(11), self.enter_registry_test_mode():
            self.env.ref("mahnwesen_pro.ir_cron_dunning_tell_sales").sudo().method_direct_trigger()
            self.assertTrue(self.vetoes())

    def test_an_invoice_that_was_reset_to_draft_is_found_again(self):
        invoice = self.reminded()
        with self.at(11):
            self.tell()
            invoice.button_draft()
            invoice.action_post()
        with self.at(14):
            self.propose()
            self.assertDunned(invoice, self.first_notice)
