from odoo import fields, models
from odoo.exceptions import AccessError

MANAGER = "mahnwesen_pro.group_dunning_manager"


class DunningCallExtension(models.AbstractModel):
    """One extension is fine, it must not become a habit (METHOD T6)."""

    _name = "dunning.call.extension"
    _description = "Extensions of Time"

    extension_no = fields.Integer(
        string="Extension No.",
        readonly=True,
        help="How many times the time for one of these invoices was extended, this one included.",
    )
    extension_state = fields.Selection(
        [("to_confirm", "To confirm"), ("confirmed", "Confirmed"), ("rejected", "Not confirmed")],
        string="Extension",
        readonly=True,
        tracking=True,
        index="btree_not_null",
        help="From the second extension on a manager confirms it afterwards.",
    )
    extension_user_id = fields.Many2one("res.users", string="Decided by", readonly=True)

    def _get_earlier_extensions(self):
        """Return the calls in which time was given before for one of the invoices."""
        self.ensure_one()
        everything = self.sudo()  # a colleague's calls count as well
        return everything.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("outcome", "=", "promise"),
                ("move_ids", "in", self._get_moves().ids),
                ("id", "!=", self.id),
            ]
        )

    def _count_extension(self):
        """Number the extension; it holds at once, and from the second on a manager looks at it."""
        number = len(self._get_earlier_extensions()) + 1
        values = {"extension_no": number}
        if number > 1:
            values["extension_state"] = "to_confirm"
        self._write_own(values)

    def action_confirm_extension(self):
        """A manager agrees with the extension."""
        self._decide_extension("confirmed")

    def action_reject_extension(self):
        """A manager does not agree: the pause ends, whoever promised it tells the customer."""
        todo = self._decide_extension("rejected")
        todo.block_ids.release()
        for call in todo:
            call._schedule_task(
                "extension",
                self.env._("Tell the customer: the extension was not confirmed"),
                self.env._("The pause has ended; agree on an earlier day."),
            )

    def _decide_extension(self, state):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a dunning manager can decide on an extension."))
        todo = self.filtered(lambda call: call.extension_state == "to_confirm")
        todo._write_own({"extension_state": state, "extension_user_id": self.env.uid})
        return todo
