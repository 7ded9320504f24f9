from odoo import api, models
from odoo.exceptions import UserError

from .dunning_notice import OWN_METHOD

#: Writing one of these changes what an attachment holds or where it belongs.
CONTENT = {"raw", "datas", "db_datas", "store_fname", "res_model", "res_id", "res_field"}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("dunning_writer") is not OWN_METHOD and any(
            vals.get("res_model") == "dunning.notice" and vals.get("res_field") == "pdf_file"
            for vals in vals_list
        ):
            raise UserError(self.env._("The letter of a notice is put there by sending it."))
        return super().create(vals_list)

    def write(self, vals):
        if CONTENT & vals.keys() and self.env.context.get("dunning_writer") is not OWN_METHOD:
            self._check_no_dunning_letter()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dunning_letter(self):
        self._check_no_dunning_letter()

    def _check_no_dunning_letter(self):
        """The letter of a notice that was sent is kept as it is (§ 239 (3) HGB)."""
        attachments = self.sudo()  # the letter is protected from whoever tries
        if attachments.filtered_domain(
            [("res_model", "=", "dunning.notice"), ("res_field", "=", "pdf_file")]
        ):
            raise UserError(self.env._("The letter of a notice that was sent is kept unchanged."))
