from odoo import models
from odoo.exceptions import UserError

from .dunning_call_planning import ACTIVITY


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
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

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
