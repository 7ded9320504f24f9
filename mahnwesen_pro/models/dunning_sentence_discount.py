from odoo import api, models


class DunningSentence(models.AbstractModel):
    """What the part of an item is called that the customer had a right to deduct."""

    _inherit = "dunning.sentence"

    @api.model
    def _get_pause_words(self):
        return {
            **super()._get_pause_words(),
            "discount": self.env._("cash discount deducted in time"),
        }
