from odoo import fields, models
from odoo.exceptions import UserError


class DunningComplaintApology(models.AbstractModel):
    """The fault was ours: take the reminders back, say sorry, and count the cause."""

    _name = "dunning.complaint.apology"
    _description = "Apology for a Fault of Our Own"

    apologized_on = fields.Datetime(readonly=True, copy=False)

    def action_open_apology(self):
        """Ask what went wrong."""
        self.ensure_one()
        self._check_clerk()
        return self.env["dunning.complaint.apology.wizard"]._open(self)

    def _get_notices_to_withdraw(self):
        """Return the reminders that asked for what is contested and still count."""
        self.ensure_one()
        lines = self.item_ids.move_id.dunning_line_ids.filtered(
            lambda line: line.state in ("proposed", "approved", "sent", "failed")
        )
        return (self.notice_id | lines.notice_id).filtered(
            lambda notice: notice.state in ("proposed", "approved", "sent", "failed")
        )

    def _apologize(self, cause, notices, words=""):
        """Cancel the reminders with what they charged, write a short apology, count the cause.

        :param cause: a ``dunning.complaint.cause``
        :param notices: the reminders to take back
        :param str words: a sentence that the clerk adds
        :raise UserError: when an apology was written already
        """
        self.ensure_one()
        self._check_clerk()
        if self.apologized_on:
            raise UserError(self.env._("We have apologized for this already."))
        if notices:
            notices.action_cancel(
                self.env._(
                    "Fault of our own (%(cause)s), %(complaint)s",
                    cause=cause.name,
                    complaint=self.name,
                )
            )
        complaint = self.sudo()  # a complaint is written by its methods only
        complaint._write_own({"cause_id": cause.id, "apologized_on": fields.Datetime.now()})
        complaint._send_apology(notices, words)
        return True
