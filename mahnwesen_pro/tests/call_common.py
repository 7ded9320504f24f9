from datetime import timedelta

from odoo import Command

from .common import TODAY, DunningCommon

FRIDAY = TODAY + timedelta(days=4)


class CallCommon(DunningCommon):
    """A company in which levels bring calls along, and words to tell what happens on the phone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clerk, cls.env = cls.env, cls.env(su=True)  # users are created by an administrator
        caller = cls._create_user("dunning-sales", "mahnwesen_pro.group_dunning_caller")
        cls.env = clerk
        cls.salesperson = caller.with_env(clerk)

    def plan(self, cause="clerk", customer=None, **values):
        return self.env["dunning.call"]._plan(
            customer or self.customer, self.company, cause, **values
        )

    def finish(self, outcome, call=None, **values):
        call = call or self.plan()
        call.action_finish(outcome, values)
        return call

    def promise(self, call=None, **values):
        said = {"promise_date": FRIDAY, "promise_amount": 100, "promise_person": "Frau Sommer"}
        return self.finish("promise", call, **said | values)

    def call_rule(self, level, moment="after", **values):
        """Give a level a call; return the rule."""
        vals = {"level_id": level.id, "moment": moment, "days": 1, "wait_days": 3, **values}
        return self.env["dunning.level.call"].sudo().create(vals)  # the manager's settings

    def bring_up_to_date(self):
        """What the scheduled action does every hour."""
        calls = self.env["dunning.call"].sudo()  # as the scheduled action
        calls._plan_after_letters(self.company)
        calls._follow_planned(self.company)
        calls._remind_unanswered(self.company)

    def planned(self, customer=None):
        partner = customer or self.customer
        return self.env["dunning.call"].search(
            [("partner_id", "=", partner.id), ("state", "=", "planned")]
        )

    def task_of(self, call):
        return self.env["mail.activity"].search(
            [("res_model", "=", "dunning.call"), ("res_id", "=", call.id)]
        )

    @staticmethod
    def give(customer, **values):
        customer.sudo().write(values)  # clerks may have no right to change contacts

    def persons(self, *users):
        return [Command.set([user.id for user in users])]

    def assertPaused(self, invoice, reason, until=None, amount=0.0):
        kind = self.env.ref(f"mahnwesen_pro.dunning_block_reason_{reason}")
        blocks = self.env["dunning.block"].search([("move_id", "=", invoice.id)])
        block = blocks.filtered(lambda block: block.reason_id == kind)
        self.assertEqual(len(block), 1)
        self.assertEqual(block.amount, amount)
        if until:
            self.assertEqual(block.date_end, until)
        return block
