from odoo import models
from odoo.tools import plaintext2html

#: What it means for a notice that a task is done, by the kind of the task.
WHEN_DONE = {"delivery": {"came_back": False}, "reply": {"reply_state": "handled"}}


class DunningNoticeTask(models.AbstractModel):
    """The tasks that a notice gives its clerk."""

    _name = "dunning.notice.task"
    _description = "Tasks at a Dunning Notice"

    @staticmethod
    def _get_task_type(kind):
        return f"mahnwesen_pro.mail_activity_type_{kind}"

    def _schedule_task(self, kind, summary, note):
        """Give the clerk a task for today.

        :param str kind: ``delivery`` or ``reply``
        :param str note: plain text
        """
        self.ensure_one()
        self.activity_schedule(
            self._get_task_type(kind),
            summary=summary,
            note=plaintext2html(note or ""),
            user_id=self._get_task_user().id,
        )

    def _get_task_user(self):
        """Return who gets the tasks: the clerk, else the company's, else who approved it."""
        candidates = (self.user_id, self.company_id.dunning_user_id, self.approved_by_id)
        return next((user for user in candidates if user.active), self.env.user)

    def _in_language_of_task_user(self):
        """Return the notice so that its tasks are worded for their reader, whoever writes in."""
        return self.with_context(lang=self._get_task_user().lang)

    def _has_task(self, kind):
        self.ensure_one()
        return self.env.ref(self._get_task_type(kind)) in self.activity_ids.activity_type_id

    def _finish_task(self, kind):
        """Tick the open tasks of a kind off."""
        self.activity_feedback([self._get_task_type(kind)])

    def _mark_task_done(self, activity_type):
        """Somebody has ticked off a task: what it was about is dealt with."""
        for kind, values in WHEN_DONE.items():
            if activity_type == self.env.ref(self._get_task_type(kind)):
                todo = self.sudo()  # whoever had the task may not be allowed to write the notice
                (name,) = values
                todo.filtered(name)._write_own(values)
