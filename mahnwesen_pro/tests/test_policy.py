from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestPolicyChoice(DunningCommon):
    """Which policy a customer follows: the own one, else by tag, else the company's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["res.partner.category"].sudo().create({"name": "Key account"})

    def tagged_policy(self, name, **values):
        return self._create_policy(name, category_ids=[Command.set(self.tag.ids)], **values)

    @classmethod
    def _create_policy(cls, name, **values):
        """The administrator sets policies, whoever acts in the story."""
        clerk_env, cls.env = cls.env, cls.env(su=True)
        try:
            return super()._create_policy(name, **values).sudo(False)
        finally:
            cls.env = clerk_env

    def policy_of(self, partner, company=None):
        partner = partner.with_company(company or self.company)
        return partner._get_dunning_policies()[partner]

    def test_a_customer_without_anything_follows_the_company(self):
        self.assertEqual(self.policy_of(self.customer), self.policy)

    def test_a_tag_wins_over_the_company(self):
        gentle = self.tagged_policy("Gentle")
        self.customer.sudo().category_id = self.tag
        self.assertEqual(self.policy_of(self.customer), gentle)

    def test_of_several_tags_the_first_policy_in_the_list_counts(self):
        self.tagged_policy("Second", sequence=20)
        first = self.tagged_policy("First", sequence=5)
        self.customer.sudo().category_id = self.tag
        self.assertEqual(self.policy_of(self.customer), first)

    def test_an_archived_policy_takes_no_tags(self):
        self.tagged_policy("Old", sequence=5).sudo().active = False
        self.customer.sudo().category_id = self.tag
        self.assertEqual(self.policy_of(self.customer), self.policy)

    def test_the_own_policy_wins_over_the_tag(self):
        self.tagged_policy("Gentle")
        own = self._create_policy("Own")
        self.customer.sudo().write(
            {"category_id": [Command.set(self.tag.ids)], "dunning_policy_id": own.id}
        )
        self.assertEqual(self.policy_of(self.customer), own)

    def test_a_policy_that_never_reminds_is_named_as_the_reason(self):
        never = (
            self.env["dunning.policy"]
            .with_user(self.manager)
            .create({"name": "Never", "mode": "never"})
        )
        self.customer.sudo().dunning_policy_id = never
        invoice = self.overdue_invoice(30)
        self.propose()
        self.assertNotDunned(invoice, "never")

    def test_without_any_policy_the_reason_says_so(self):
        self.company.sudo().dunning_policy_id = False
        invoice = self.overdue_invoice(30)
        self.propose()
        self.assertNotDunned(invoice, "no_policy")

    def test_a_branch_follows_the_policy_of_its_parent(self):
        branch = self.company.sudo().create({"name": "Branch", "parent_id": self.company.id})
        self.assertFalse(branch.dunning_policy_id)
        self.assertEqual(self.policy_of(self.customer, branch), self.policy)

    def test_a_branch_follows_the_tags_of_its_parents_policies_too(self):
        branch = self.company.sudo().create({"name": "Branch", "parent_id": self.company.id})
        gentle = self.tagged_policy("Gentle", company_id=self.company.id)
        self.customer.sudo().category_id = self.tag
        self.assertEqual(self.policy_of(self.customer, branch), gentle)

    def test_a_new_company_starts_with_the_shipped_policy_and_its_own_numbers(self):
        company = self.company.sudo().create({"name": "Nord GmbH"})
        self.assertEqual(
            company.dunning_policy_id, self.env.ref("mahnwesen_pro.dunning_policy_default")
        )
        number = company._next_dunning_number(company._dunning_today())
        self.assertEqual(number, "MA/2026/00001")


@tagged("post_install", "-at_install")
class TestPolicySettings(DunningCommon):
    """What a manager can set, and the messages about what is impossible."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=cls.manager)
        levels = cls.policy.with_env(cls.env).level_ids.sorted("rank")
        cls.policy = cls.policy.with_env(cls.env)
        cls.reminder, cls.first_notice, cls.final_notice = levels

    def assertRefused(self, message, record, values):
        with self.assertRaisesRegex((ValidationError, UserError), message):
            record.write(values)

    def assertImpossible(self, record, values):
        """The database refuses the values (the web client shows the constraint's own words)."""
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            record.write(values)
            record.flush_recordset()

    def test_days_after_due_cannot_go_backwards(self):
        self.assertRefused("earlier after the due date", self.first_notice, {"days_after_due": 6})

    def test_a_level_cannot_be_sent_while_the_last_deadline_runs(self):
        self.assertRefused(
            "“First notice” would be sent while the deadline", self.reminder, {"days_to_pay": 15}
        )

    def test_a_level_needs_a_channel(self):
        self.assertImpossible(self.reminder, {"send_email": False, "send_letter": False})

    def test_a_level_by_email_needs_its_text(self):
        self.assertRefused("write its subject", self.reminder, {"email_body": False})

    def test_a_level_needs_its_letter(self):
        self.assertImpossible(self.reminder, {"letter_opening": False})

    def test_an_unknown_gap_is_named_with_the_known_ones(self):
        self.assertRefused(
            r"\{sum\} is not known.*\{total\}",
            self.reminder,
            {"letter_opening": "Please pay {sum}"},
        )

    def test_the_first_level_is_free_of_charge(self):
        self.assertRefused("first level and cannot have a fee", self.reminder, {"fee": 2.5})

    def test_the_last_level_announces_no_next_one(self):
        text = f"{self.final_notice.letter_closing} Next: {{next_level}} from {{next_date}}."
        self.assertRefused("is the last level", self.final_notice, {"letter_closing": text})

    def test_amounts_and_days_are_never_negative(self):
        for values in ({"days_after_due": 0}, {"days_to_pay": 0}, {"four_eyes_amount": -1}):
            with self.subTest(values):
                self.assertImpossible(self.reminder, values)
        self.assertImpossible(self.policy, {"minimum_item": -1})

    def test_a_policy_that_reminds_needs_a_level(self):
        with self.assertRaisesRegex(ValidationError, "has no level"):
            self.env["dunning.policy"].create({"name": "Empty", "mode": "dun"})

    def test_levels_that_were_sent_are_archived_not_deleted(self):
        self.overdue_invoice(7)
        self.send(self.propose().notice_ids)
        with self.assertRaisesRegex(UserError, "Archive the level"):
            self.reminder.unlink()
        self.reminder.active = False
        self.assertEqual(self.policy.level_ids, self.first_notice + self.final_notice)

    def test_a_level_that_was_never_used_can_be_deleted(self):
        self.first_notice.unlink()
        self.assertEqual(self.final_notice.rank, 2)

    def test_the_levels_close_ranks_when_one_is_archived(self):
        self.first_notice.active = False
        self.assertEqual((self.reminder.rank, self.final_notice.rank), (1, 2))
        self.first_notice.active = True
        self.assertEqual(self.policy.level_ids.sorted("rank").mapped("rank"), [1, 2, 3])

    def test_the_levels_count_by_their_place_in_the_list(self):
        same = {"days_after_due": 21, "days_since_previous": 14, "days_to_pay": 7}
        middle = self.first_notice.copy({"name": "Second notice", "sequence": 1, **same})
        self.assertEqual(middle.rank, 3)
        middle.sequence = 0
        self.reminder.sequence = -1
        self.assertEqual((middle.rank, self.first_notice.rank), (2, 3))

    def test_archiving_the_last_level_is_refused_while_the_one_before_announces_it(self):
        self.assertRefused("is the last level", self.final_notice, {"active": False})

    def test_deleting_the_last_level_is_refused_while_the_one_before_announces_it(self):
        with self.assertRaisesRegex(ValidationError, "is the last level"):
            self.final_notice.unlink()

    def test_deleting_every_level_of_a_policy_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "has no level|is the last level"):
            self.policy.level_ids.unlink()

    def test_archiving_the_first_level_is_refused_while_the_next_one_has_a_fee(self):
        self.first_notice.fee = 2.5
        self.assertRefused("cannot have a fee", self.reminder, {"active": False})

    def test_a_copied_policy_has_levels_of_its_own(self):
        copy = self.policy.copy()
        self.assertEqual(copy.name, "Standard (copy)")
        self.assertEqual(copy.level_ids.mapped("rank"), [1, 2, 3])
        self.assertFalse(copy.level_ids & self.policy.level_ids)

    def test_the_shipped_policy_is_the_ladder_of_the_manual(self):
        shipped = self.env.ref("mahnwesen_pro.dunning_policy_default")
        steps = [
            (level.days_after_due, level.days_since_previous, level.days_to_pay, level.tone)
            for level in shipped.level_ids.sorted("rank")
        ]
        self.assertEqual(steps, [(7, 0, 10, "friendly"), (21, 14, 7, "firm"), (35, 14, 7, "final")])
        self.assertEqual(shipped.level_ids.sorted("rank")[-1].four_eyes_amount, 5000)
        self.assertEqual((shipped.minimum_item, shipped.minimum_letter), (5, 25))
        self.assertFalse(any(shipped.level_ids.mapped("automatic")))

    def test_a_changed_level_is_followed_by_the_next_proposal(self):
        invoice = self.overdue_invoice(7)
        self.reminder.days_after_due = 8
        self.propose()
        self.assertNotDunned(invoice, "too_early")
