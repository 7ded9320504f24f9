from odoo import api, models

from ..rules import incoming


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        self.env["dunning.delivery"]._process_bounce(email_message, message_dict.get("body"))
        return super()._routing_handle_bounce(email_message, message_dict)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        if incoming.is_automatic(message.items()):
            self = self.with_context(dunning_automatic_mail=True)
        return super()._message_route_process(message, message_dict, routes)
