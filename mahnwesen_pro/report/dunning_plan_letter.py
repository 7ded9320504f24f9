from odoo import models

from .ir_actions_report import OURS

AGREEMENT = f"{OURS}dunning_plan"


class DunningInstallmentPlan(models.Model):
    """The agreement and the reminder of an instalment plan on paper, in the look of the letters."""

    _name = "dunning.installment.plan"
    _inherit = [
        "dunning.installment.plan",
        "dunning.letter.content",
        "dunning.letter.transfer",
    ]

    def _get_report_base_filename(self):
        """Return the file name of the agreement without its ending, safe for any file system."""
        self.ensure_one()
        plan = self.with_context(lang=self.lang)
        number = (self.name or plan.env._("Draft")).replace("/", "-")
        return plan.env._("Instalment plan %s", number)

    def _get_plan_account(self):
        """Return holder, number, BIC and bank of the account to pay to, empty without any."""
        account = self.company_id.dunning_bank_account_id
        return account and self._make_transfer(account, 0, self.env["account.move"], True)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_dunning_pdf(self, report, record, data=None):
        """An agreement that was offered is never drawn again."""
        if report.report_name == AGREEMENT:
            record.check_access("read")
            stored = record.sudo()._get_stored_agreement()  # whoever may read the plan
            if stored:
                return stored
        return super()._get_dunning_pdf(report, record, data)
