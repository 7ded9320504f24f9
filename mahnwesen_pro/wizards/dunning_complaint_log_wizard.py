from odoo import fields, models


class DunningCallLogWizard(models.TransientModel):
    """The express log asks for the reason of a complaint as well."""

    _inherit = "dunning.call.log.wizard"

    complaint_reason_id = fields.Many2one(
        "dunning.complaint.reason", string="Reason of the Complaint", help="Empty: “other”."
    )
