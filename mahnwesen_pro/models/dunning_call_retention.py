from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain

#: What could tell of a person; figures, dates and the outcome stay for the statistics.
PERSONAL = (
    "contact_id",
    "spoken_with",
    "number",
    "notes",
    "customer_words",
    "volunteered",
    "excuse_id",
    "promise_person",
    "paid_proof",
    "summary_email",
    "summary_body",
    "summary_correction",
)

CHUNK = 500


class DunningCallRetention(models.AbstractModel):
    """What was noted on the phone is forgotten after some years; that a call took place stays."""

    _name = "dunning.call.retention"
    _description = "Retention of Calls"

    anonymised_on = fields.Date(readonly=True, help="From then on only figures are kept.")

    @api.model
    def _cron_anonymise(self):
        """Forget what was noted in old calls, company by company, some hundred at a time."""
        cron = self.env["ir.cron"]
        for company in self.env["res.company"].search([("dunning_call_years", ">", 0)]):
            found = self._get_outdated(company)
            while found:
                found[:CHUNK]._anonymise()
                found = found[CHUNK:]
                cron._commit_progress(CHUNK, remaining=len(found))

    def _get_outdated(self, company):
        limit = company._dunning_today() - relativedelta(years=company.dunning_call_years)
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "!=", "planned")
            & Domain("anonymised_on", "=", False)
            & Domain("date", "<", limit)
        )

    def _anonymise(self):
        """Remove what could tell of a person, here and in the conversation about the calls."""
        messages = self.env["mail.message"].sudo()  # nobody may delete them by hand
        messages.search([("model", "=", self._name), ("res_id", "in", self.ids)]).unlink()
        self.activity_ids.unlink()
        self.with_context(tracking_disable=True)._write_own(
            {
                **dict.fromkeys(PERSONAL, False),
                "message_follower_ids": [Command.clear()],
                "summary_token": False,
                "anonymised_on": fields.Date.context_today(self),
            }
        )
