from odoo import api, fields, models
from odoo.exceptions import UserError

from .dunning_delivery_return import WRONG_ADDRESS


class DunningNoticeReturn(models.AbstractModel):
    """What becomes of a notice whose e-mail bounces or whose letter comes back.

    Figures, text and PDF stay as they were sent. Only the proof is gone: the notice is on its way
    again, or has failed, and the level of its items falls by itself.
    """

    _name = "dunning.notice.return"
    _description = "Return of a Dunning Notice"

    came_back = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter")],
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="Until somebody has dealt with it.",
    )
    return_note = fields.Char(compute="_compute_return_note", string="Why it Came Back")
    has_letter_out = fields.Boolean(compute="_compute_return_note")
    has_old_address = fields.Boolean(
        compute="_compute_return_note", help="The letter, as it was printed, would come back again."
    )

    @api.depends("delivery_ids.state", "delivery_ids.return_reason")
    def _compute_return_note(self):
        for notice in self:
            returned = notice.delivery_ids.filtered("date_returned")
            notice.return_note = returned[:1].failure_reason
            notice.has_old_address = any(row.return_reason in WRONG_ADDRESS for row in returned)
            notice.has_letter_out = any(
                delivery.channel == "letter" and delivery.state == "sent"
                for delivery in notice.delivery_ids
            )

    def _receive_return(self, channel):
        """A delivery came back; where nothing else proves the notice, it no longer counts.

        :param str channel: ``email`` or ``letter``
        """
        self.ensure_one()
        if self.state not in ("sending", "sent"):
            return
        self._write_own({"came_back": channel})
        if self.state == "sent" and not any(row._is_proof() for row in self.delivery_ids):
            self._withdraw_proof()
        self._settle()
        if not self._has_task("delivery"):
            here = self._in_language_of_task_user()
            name = here.partner_id.display_name
            summary = (
                here.env._("Check the e-mail address of %s", name)
                if channel == "email"
                else here.env._("A letter to %s came back", name)
            )
            here._schedule_task("delivery", summary, here.return_note)

    def _withdraw_proof(self):
        """The notice was sent only by what came back. Whatever built on it gives way.

        Where a later notice on the same items is out already, this one is cancelled: nobody sends a
        first reminder after the second.
        """
        later = self._get_later_notices()
        reason = self.env._("%s, on which this is built, came back.", self.name)
        built_on_it = later.filtered(lambda notice: notice.state in ("proposed", "approved"))
        built_on_it._mark_cancelled(reason)
        self.env["dunning.notice.line"].flush_model(["state"])  # an item is open only once
        self._log_on_documents(self.env._("came back"))
        if later.filtered(lambda notice: notice.state in ("sending", "sent", "failed")):
            self._mark_cancelled(self.env._("It came back after a later notice had been sent."))
        else:
            self._write_own({"state": "sending", "date_sent": False})
            self._hook_withdrawn()

    def _get_later_notices(self):
        """Return the notices on the same items that were made after this one."""
        claims = self.env["dunning.notice.line"].search(
            [
                ("kind", "=", "claim"),
                ("move_id", "in", self.claim_ids.move_id.ids),
                ("notice_id", ">", self.id),
                ("state", "not in", ("simulated", "cancelled")),
            ]
        )
        return claims.notice_id

    def _check_letter_way(self):
        """:raise UserError: where the letter, as it was printed, would only come back again"""
        for notice in self.filtered("send_letter"):
            if notice.has_old_address or notice.addressee_id.dunning_address_returned:
                raise UserError(
                    self.env._(
                        "Letters to %s came back, and this one carries the old address. Correct "
                        "the address and write the notice anew.",
                        notice.addressee_id.display_name,
                    )
                )

    def _hook_withdrawn(self):
        """Called when notices that were sent turned out to have reached nobody."""

    # === ACTIONS ===

    def action_open_return(self):
        """Ask why the letter came back."""
        return self.delivery_ids.action_open_return()

    def action_return_handled(self):
        """Somebody has dealt with what came back."""
        self.check_access("write")
        self._write_own({"came_back": False})
        self._finish_task("delivery")
        return True

    def action_write_anew(self):
        """Cancel a notice that reached nobody and propose a new one, to today's address."""
        self.ensure_one()
        self.action_cancel(self.env._("It came back (%s); written anew.", self.return_note or ""))
        self._finish_task("delivery")
        return self.partner_id.with_company(self.company_id).action_dunning_now()
