from odoo import models

from ..rules import limitation


class DunningCollectionCase(models.Model):
    """The last-chance letter on paper, in the look of the letters, and what the sheets show."""

    _name = "dunning.collection.case"
    _inherit = [
        "dunning.collection.case",
        "dunning.letter.content",
        "dunning.letter.transfer",
    ]

    def _get_case_transfer(self):
        """Return where to pay what is open, None without a bank account of ours."""
        account = self.company_id.dunning_bank_account_id
        moves = self.item_ids.move_id
        return account and self._make_transfer(account, self.amount_open, moves, True)

    def _get_default_reason(self, item):
        """Return what put the customer in default, in words that follow “default by”."""
        return {
            "agreed": self.env._("agreed due date"),
            "reminder": self.env._("reminder"),
            "deadline": self.env._("end of a reminder's deadline"),
            "thirty_days": self.env._("30 days after due date and receipt of the invoice"),
        }.get(item.default_reason, self.env._("not certain"))

    def _is_limitation_earliest(self):
        """Whether the day of limitation is only the earliest one: no event counts (Austria)."""
        return limitation.is_earliest(self.company_id._get_limitation_country())

    def _get_charge_name(self, charge):
        kinds = self.env["dunning.notice.charge"]._fields["kind"]._description_selection(self.env)
        return dict(kinds).get(charge.kind, charge.kind)
