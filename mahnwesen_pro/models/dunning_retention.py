from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..rules import retention as rules

#: So many records are anonymised before each commit.
CHUNK = 500


class DunningRetention(models.AbstractModel):
    """What tells of a person is forgotten some years after its end; figures stay.

    Whoever inherits says how long it is kept, when it has ended and what is emptied. Invoices and
    notices are no part of it: they are kept as the books are.
    """

    _name = "dunning.retention"
    _description = "Retention of Personal Data"

    anonymised_on = fields.Date(
        readonly=True, copy=False, help="From then on only figures are kept."
    )

    # === WHAT EACH MODEL SAYS ===

    @api.model
    def _get_years_field(self):
        """Return the name of the company's field that says for how many years it is kept."""
        raise NotImplementedError

    @api.model
    def _get_letter_years(self, company):
        """Return for how many calendar years the law wants it kept as correspondence; 0: not."""
        return 0

    @api.model
    def _get_ended_domain(self, limit):
        """Return the domain of what has ended before the day ``limit``."""
        raise NotImplementedError

    def _prepare_anonymised_vals(self):
        """Return the values that take the place of what could tell of a person."""
        raise NotImplementedError

    def _write_own(self, vals):
        """Write as one of the methods of this model; models that guard their fields override it."""
        return self.write(vals)

    def _get_own_files(self):
        """Return the attachments that go as well, besides those of the record itself."""
        return self.env["ir.attachment"]

    # === FORGETTING ===

    @api.model
    def _cron_anonymise(self):
        """Forget what is old, company by company, some hundred at a time."""
        cron = self.env["ir.cron"]
        for company in self.env["res.company"].search([(self._get_years_field(), ">", 0)]):
            found = self._get_outdated(company)
            while found:
                found[:CHUNK]._anonymise()
                found = found[CHUNK:]
                if not cron._commit_progress(CHUNK, remaining=len(found)):
                    return

    def _get_outdated(self, company):
        """Return what of ``company`` has ended so long ago that it is to be forgotten."""
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("anonymised_on", "=", False)
            & self._get_ended_domain(self._get_limit(company))
            & self._get_free_domain(company)
        )

    @api.model
    def _get_limit(self, company):
        years = company[self._get_years_field()]
        letter_years = self._get_letter_years(company)
        return rules.forget_before(company._dunning_today(), years, letter_years)

    @api.model
    def _get_free_domain(self, company):
        """Return the domain of what nothing holds on to; rooms to the right add what does.

        A pause that still runs needs its note.
        """
        running = self.env["dunning.block"]._running_domain(company._dunning_today())
        return Domain("block_ids", "not any", running)

    @api.model
    def _get_settled_domain(self):
        """Return the domain of what is about invoices of which nothing is open any more."""
        return Domain("item_ids", "not any", [("move_id.amount_residual", ">", 0)])

    def _anonymise(self):
        """Remove what could tell of a person, here, in the conversation, in files and pauses."""
        self._forget_conversation()
        self.block_ids._forget_notes()
        self._get_own_files().unlink()
        self.with_context(tracking_disable=True)._write_own(
            {
                **self._prepare_anonymised_vals(),
                "message_follower_ids": [Command.clear()],
                "anonymised_on": fields.Date.context_today(self),
            }
        )
        self._hook_anonymised()

    def _hook_anonymised(self):
        """Called after anonymising, for what differs from record to record."""

    def _forget_conversation(self):
        """Remove messages, files, and tasks, those that are done as well."""
        everything = self.sudo().with_context(active_test=False)  # nobody may delete them by hand
        for model, kind in (
            ("mail.message", "model"),
            ("mail.activity", "res_model"),
            ("ir.attachment", "res_model"),
        ):
            own = [(kind, "=", self._name), ("res_id", "in", self.ids)]
            everything.env[model].search(own).unlink()
