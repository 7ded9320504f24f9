from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        tasks = self.filtered(lambda activity: activity.res_model == "dunning.notice")
        for kind, activities in tasks.grouped("activity_type_id").items():
            self.env["dunning.notice"].browse(activities.mapped("res_id"))._mark_task_done(kind)
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
