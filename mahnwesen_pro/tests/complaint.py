from datetime import timedelta

from .common import TODAY, DunningCommon


class ComplaintCommon(DunningCommon):
    """Words to tell of complaints with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.damaged = cls.env.ref("mahnwesen_pro.dunning_complaint_reason_damaged")
        cls.hardship = cls.env.ref("mahnwesen_pro.dunning_complaint_reason_hardship")
        (cls.customer + cls.company.partner_id).sudo().lang = "en_US"
        cls.company.sudo().dunning_dispute_body = "Schlichtungsstelle Muster, Musterweg 1, Kiel"

    def complain(self, target, amount=0.0, reason=None, words="Two boxes were wet.", **values):
        complaints = self.env["dunning.complaint"]
        reason = reason or self.damaged
        return complaints.open(target, words, reason=reason, amount=amount, **values)

    def hear(self, complaint):
        complaint.summary = "Two of ten boxes arrived wet."
        complaint.action_hear()

    def offer(self, complaint, *options):
        """Offer options, given as (kind, values); a talk with documents makes them two."""
        self.hear(complaint)
        options = [*options, ("explanation", {})]
        complaint.option_ids = [
            (0, 0, {"kind": kind, "valid_until": TODAY + timedelta(days=60), **values})
            for kind, values in options
        ]
        complaint.action_offer()
        return complaint.option_ids

    def choose(self, complaint, kind):
        option = complaint.option_ids.filtered(lambda one: one.kind == kind)
        complaint.action_choose_for_customer(option, "Frau Sommer")
        return option

    def mails(self, record):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", record._name), ("res_id", "=", record.id)], order="id")
        )

    def task_of(self, record, kind):
        kind = self.env.ref(f"mahnwesen_pro.mail_activity_type_complaint_{kind}")
        return record.activity_ids.filtered(lambda task: task.activity_type_id == kind)

    def assertHeld(self, invoice, amount):
        """So much of the invoice waits because of complaints."""
        rows = self.env["dunning.facts"]._gather(
            self.company, invoice.commercial_partner_id.ids, self.company._dunning_today()
        )
        blocked = [
            item.blocked for debtor in rows for item in debtor.items if item.move_id == invoice.id
        ]
        self.assertEqual(float(sum(blocked)), amount)
