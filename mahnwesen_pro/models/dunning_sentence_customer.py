from odoo import api, models


class DunningSentence(models.AbstractModel):
    """Sentences about what is special with a customer, and about the veto of sales."""

    _inherit = "dunning.sentence"

    @api.model
    def _reason(self, code, until=None, detail="", record=0):
        day = self._day(until)
        if code == "statement_early":
            return self.env._("The next statement of account goes out on %s.", day)
        if code == "veto":
            return self.env._(
                "%(name)s from sales may stop it; without an answer it goes on from %(day)s.",
                name=detail,
                day=day,
            )
        return super()._reason(code, until, detail, record)

    @api.model
    def _get_plain_sentences(self):
        return {
            **super()._get_plain_sentences(),
            "insolvent": self.env._(
                "The customer is insolvent and gets no reminders. Write to the insolvency "
                "administrator once, from the customer's form."
            ),
            "deceased": self.env._(
                "The customer has died; nobody is reminded. Write to the heirs once, from the "
                "customer's form."
            ),
        }
