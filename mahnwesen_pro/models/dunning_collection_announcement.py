import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import laws, workdays


class DunningCollectionAnnouncement(models.AbstractModel):
    """The last-chance letter: it announces handing over, with a last date and an offer to talk."""

    _name = "dunning.collection.announcement"
    _description = "Announcement of Handing over"

    addressee_id = fields.Many2one("res.partner", compute="_compute_addressee_id")
    lang = fields.Char(string="Language", compute="_compute_addressee_id")
    address_sent = fields.Text(readonly=True, copy=False)
    announced_on = fields.Date(string="Last-chance Letter of", readonly=True, copy=False)
    announced_until = fields.Date(string="Last Day to Pay", readonly=True, copy=False)
    announced_by = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter")], string="Sent by", readonly=True, copy=False
    )
    announcement_file = fields.Binary(
        string="Last-chance Letter", attachment=True, readonly=True, copy=False
    )
    announcement_name = fields.Char(readonly=True, copy=False)

    @api.depends("partner_id", "company_id")
    def _compute_addressee_id(self):
        for case in self:
            partner = case.partner_id.with_company(case.company_id)
            case.addressee_id = partner._get_dunning_addressee() if partner else partner
            case.lang = case.addressee_id.lang or case.company_id.partner_id.lang or "en_US"

    def action_announce(self):
        """Write the last-chance letter: by e-mail where an address is known, else to be printed.

        :raise UserError: names the lines of the gate that forbid it
        """
        self._check_right()
        for case in self:
            if case.state != "prepared":
                raise UserError(self.env._("The case is handed over already."))
            case._check_may_announce()
        for case in self:
            case._announce()
        return self.action_open_announcement() if len(self) == 1 else True

    def _check_may_announce(self):
        """:raise UserError: when the debtor may not be threatened with handing over"""
        self.item_ids._refresh()
        self._refresh_gate()
        by_letter = not self.partner_id._get_dunning_email(self.addressee_id)
        waiting = self.check_ids.filtered(lambda check: check._stops_announcing(by_letter))
        if waiting:
            raise UserError(
                self.env._("The last-chance letter cannot be written yet:\n%s", waiting._get_list())
            )

    def _owes_collection_cost(self):
        """Whether the laws of both sides let the debtor bear what collecting costs."""
        debtor = self.partner_id.country_id or self.company_id.country_id
        countries = {debtor.code, self.company_id.country_id.code}
        return all(laws.owes_collection_cost(laws.law_of(code)) for code in countries)

    def _announce(self):
        today = self.company_id._dunning_today()
        days = self.company_id.dunning_announce_days
        holidays = self.company_id._dunning_holidays(today, today + timedelta(days=days + 31))
        until = workdays.deadline(today, days, holidays)
        address = self.partner_id._get_dunning_email(self.addressee_id)
        postal = self.addressee_id.with_company(self.company_id)._dunning_address()
        self._write_own({"announced_on": today, "announced_until": until, "address_sent": postal})
        content = self._draw_announcement()
        name = f"{self._safe(self.name)}-{until}.pdf"
        self._write_own(
            {
                "announcement_file": base64.b64encode(content),
                "announcement_name": name,
                "announced_by": "email" if address else "letter",
            }
        )
        mail = self._mail_announcement(address, name, content) if address else None
        self._log_event(
            "announced",
            note=address or self.env._("To be printed and posted"),
            mail_id=mail.id if mail else False,
        )
        self._refresh_gate()

    def _draw_announcement(self):
        return self._draw("mahnwesen_pro.dunning_collection_announcement_report")

    def _mail_announcement(self, address, name, content):
        case = self.with_context(lang=self.lang)
        company = self.company_id
        mails = self.env["mail.mail"].sudo()  # clerks may not write mails directly
        body = case.env["ir.qweb"]._render(
            "mahnwesen_pro.dunning_collection_mail_announcement",
            {"case": case, "company": company},
        )
        mail = mails.create(
            {
                "subject": case.env._("Our open invoices: please talk to us (%s)", self.name),
                "body": body,  # what the record shows
                "body_html": body,
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "reply_to": self.user_id.email_formatted or company.email_formatted,
                "email_to": address,
                "model": self._name,
                "res_id": self.id,
                "message_type": "email_outgoing",
                "auto_delete": False,
                "attachment_ids": [
                    fields.Command.create(
                        {"name": name, "raw": content, "res_model": "mail.message"}
                    )
                ],
            }
        )
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
        if queue:
            queue.sudo()._trigger()  # waking the queue is part of sending
        return mail

    def action_open_announcement(self):
        """Open the last-chance letter."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/announcement_file"
            f"/{self.announcement_name}",
            "target": "new",
        }
