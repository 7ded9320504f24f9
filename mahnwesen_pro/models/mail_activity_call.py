from odoo import models
from odoo.exceptions import UserError

from .dunning_call_planning import ACTIVITY

SUMMARY = "mahnwesen_pro.mail_activity_type_summary"


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _get_call_tasks(self):
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        return self.filtered(
            lambda task: task.res_model == "dunning.call" and task.activity_type_id == kind
        )

    def _action_done(self, feedback=False, attachment_ids=None):
        if not self.env.context.get("dunning_call_over") and self._get_call_tasks():
            raise UserError(
                self.env._("A call ends in an outcome: open it and say how it went, or cancel it.")
            )
        self._mark_summaries_done()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _mark_summaries_done(self):
        """Whoever ticks off the task about a summary has dealt with it."""
        kind = self.env.ref(SUMMARY, raise_if_not_found=False)
        ids = [
            task.res_id
            for task in self
            if task.res_model == "dunning.call" and task.activity_type_id == kind
        ]
        calls = self.env["dunning.call"].browse(ids)
        calls.sudo()._write_own({"summary_done": True})  # whoever had the task

    def write(self, vals):
        """Whoever moves the task moves the call."""
        result = super().write(vals)
        moved = {"user_id", "date_deadline"} & vals.keys()
        if moved and not self.env.context.get("dunning_task_moved"):
            for task in self._get_call_tasks().filtered("active"):
                call = self.env["dunning.call"].browse(task.res_id)
                call.with_context(dunning_task_moved=True).write(
                    {"user_id": task.user_id.id, "date": task.date_deadline}
                )
        return result
