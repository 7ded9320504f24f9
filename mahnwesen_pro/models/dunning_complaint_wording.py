from odoo import models

#: Kinds of objections that do not fit here: the customer has named the trouble himself, and when
#: we are wrong we say so.
NOT_HERE = ("concession", "negative")


class DunningComplaintWording(models.AbstractModel):
    """Texts that answer a complaint: no reproach, no pressure, no threat (METHOD K4)."""

    _name = "dunning.complaint.wording"
    _description = "Texts about Complaints under the Word Check"
    _inherit = ["dunning.wording.mixin"]

    def _get_word_findings(self, words):
        return super()._get_word_findings([one for one in words if one.kind not in NOT_HERE])
