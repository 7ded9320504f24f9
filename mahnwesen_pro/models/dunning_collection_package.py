import base64

from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningCollectionPackage(models.Model):
    """A ZIP as it was made for an agency, with hash and time. Never changed, never deleted."""

    _name = "dunning.collection.package"
    _description = "Hand-over Package"
    _order = "id desc"
    _rec_name = "file_name"

    case_id = fields.Many2one(
        "dunning.collection.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    agency_id = fields.Many2one("res.partner", string="For", readonly=True)
    file_name = fields.Char(readonly=True)
    file = fields.Binary(attachment=True, readonly=True)
    sha256 = fields.Char(string="SHA-256", readonly=True)
    made_on = fields.Datetime(readonly=True)
    made_by_id = fields.Many2one("res.users", string="Made by", readonly=True)
    amount_principal = fields.Monetary(string="Principal", readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    missing = fields.Char(
        string="Without PDF", readonly=True, help="Invoices that were never sent as PDF: add them."
    )
    sent_on = fields.Datetime(readonly=True)
    sent_to = fields.Char(readonly=True)
    downloaded_on = fields.Datetime(string="First Downloaded", readonly=True)
    downloaded_by_id = fields.Many2one("res.users", string="Downloaded by", readonly=True)
    mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null")

    @api.model
    def _keep(self, case, content, claim, missing):
        return self.create(
            {
                "case_id": case.id,
                "agency_id": case.agency_id.id,
                "file_name": f"{case._safe(case.name)}.zip",
                "file": base64.b64encode(content),
                "sha256": case._hash(content),
                "made_on": fields.Datetime.now(),
                "made_by_id": self.env.uid,
                "amount_principal": float(claim.principal),
                "amount_total": float(claim.total),
                "missing": missing,
            }
        )

    def action_download(self):
        """Download the ZIP; the first time is kept."""
        self.ensure_one()
        self.case_id._check_right()
        if not self.downloaded_on:
            kept = self.sudo()  # packages are written by methods only
            kept.write({"downloaded_on": fields.Datetime.now(), "downloaded_by_id": self.env.uid})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}?download=true",
            "target": "self",
        }

    def _send(self):
        """Queue the e-mail with the ZIP to the agency."""
        self.ensure_one()
        case = self.case_id
        address = case.agency_id._get_dunning_agency_mail()
        if not address:
            raise UserError(
                self.env._(
                    "No e-mail address is known for %s. Download the package instead.",
                    case.agency_id.display_name,
                )
            )
        content = base64.b64decode(self.file)
        if case._hash(content) != self.sha256:
            raise UserError(self.env._("The package was changed after it was made. Make it anew."))
        mail = case._mail_agency(
            "mahnwesen_pro.dunning_collection_mail_package", [(self.file_name, content)]
        )
        kept = self.sudo()  # packages are written by methods only
        kept.write({"sent_on": fields.Datetime.now(), "sent_to": address, "mail_id": mail.id})
        case._log_event("told", note=self.env._("Package sent to %s.", address), mail_id=mail.id)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A package that was made is kept as evidence."))
