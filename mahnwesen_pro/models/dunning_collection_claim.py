from odoo import api, models

from ..rules import claim_file
from ..rules.claim import PRINCIPAL, ZERO


class DunningCollectionClaim(models.AbstractModel):
    """The claim of a case in figures: items, interest, charges, as plain values.

    They are those of the claim statement, with payments as the books have put them, so that its
    sums are the ledger's.
    """

    _name = "dunning.collection.claim"
    _description = "Claim of a Collection Case"

    def _get_claim(self, date=None):
        """Return the :class:`claim_file.Claim` as of ``date``, today when empty."""
        self.ensure_one()
        case = self.sudo().with_company(self.company_id)  # the agency gets the whole claim
        date = date or case.company_id._dunning_today()
        disputes = case._get_disputes()
        bank = case.company_id.partner_id.bank_ids[:1]
        statement = case._get_statement(date)
        accounts = {one.claim.id: one for sheet in statement.sheets for one in sheet.accounts}
        return claim_file.Claim(
            reference=case.name,
            day=date,
            currency=case.currency_id.name,
            creditor=case._get_party(case.company_id.partner_id, "business"),
            debtor=case._get_party(case.partner_id, case.partner_id.dunning_debtor_type),
            iban=(bank.acc_number or "").replace(" ", ""),
            bic=bank.bank_bic or "",
            deducts_vat=case.company_id.dunning_deducts_vat,
            items=tuple(case._get_claim_items(statement, accounts)),
            charges=tuple(case._get_claim_charges(accounts)),
            was_disputed=bool(disputes),
            dispute="\n".join(disputes),
            agreement="\n".join(case._get_agreements()),
        )

    @api.model
    def _get_party(self, partner, kind):
        return claim_file.Party(
            name=partner.name or "",
            street=" ".join(filter(None, (partner.street, partner.street2))),
            zip=partner.zip or "",
            city=partner.city or "",
            country=partner.country_id.code or "",
            vat=partner.vat or "",
            registry=partner.company_registry or "",
            phone=partner.phone or "",
            email=partner.email_normalized or "",
            number=partner.ref or "",
            kind=kind,
        )

    def _get_statement(self, date):
        """Return the claim statement of the items: what was waived or paid of interest and charges
        is not asked for again, and payments stand where the books have put them.
        """
        return self.env["dunning.claim.statement"]._get_statement(
            self.company_id, self.partner_id, date, PRINCIPAL, chosen=self.item_ids.move_line_id
        )

    def _get_claim_items(self, statement, accounts):
        """Yield the items with their payments, reminders and interest."""
        notices = self._get_notices()
        for item in self.item_ids:
            entry = statement.entries.get(item.move_line_id.id)
            if not entry:
                continue
            account = accounts[entry.line_id]
            lines = tuple(self._get_interest(account))
            yield claim_file.Item(
                number=item.move_id.name,
                invoiced=item.move_id.invoice_date or item.move_id.date,
                due=item.date_due,
                is_agreed=entry.is_agreed,
                amount=entry.principal,
                open=entry.residual,
                delivered=item.delivery_date or None,
                contract_date=item.contract_date or None,
                contract_subject=item.contract_subject or "",
                default_since=item.default_since or None,
                default_reason=item.default_reason or "",
                limitation=item.limitation_date or None,
                payments=tuple(
                    claim_file.Payment(booking.day, booking.amount, booking.kind)
                    for booking in entry.bookings
                ),
                reminders=tuple(self._get_reminders(item, notices)),
                interest=lines,
                interest_paid=sum((line.amount for line in lines), ZERO) - account.interest,
            )

    @api.model
    def _get_reminders(self, item, notices):
        """Yield what was sent about an item, once for each channel."""
        for notice in notices.filtered(lambda n: item.move_id in n.line_ids.move_id):
            proof = notice.date_received or notice.reply_on
            channels = notice.delivery_ids.filtered(lambda d: d.state == "sent").mapped("channel")
            for channel in dict.fromkeys(channels or ["letter"]):
                yield claim_file.Reminder(
                    notice.date_sent,
                    notice.name,
                    notice.rank,
                    channel,
                    "received" if notice.date_received else "answered" if proof else "",
                )

    @api.model
    def _get_interest(self, account):
        """Yield the lines of the interest calculation of one item."""
        for line in (step.source for step in account.steps if step.kind == "interest"):
            yield claim_file.Interest(
                *(line.start, line.end, line.days, line.principal, line.percent, line.base),
                line.amount,
            )

    def _get_claim_charges(self, accounts):
        """Yield what is owed beside principal and interest; payments went on the oldest first."""
        for account in accounts.values():
            paid = sum((cost.amount for cost in account.claim.costs), ZERO) - account.costs
            for cost in account.claim.costs:
                part = min(paid, cost.amount)
                paid -= part
                if cost.amount > part:
                    charge = self.env["dunning.notice.charge"].browse(cost.id)
                    yield claim_file.Charge(cost.kind, cost.amount - part, charge.explanation or "")

    # === WHAT WAS SAID ===

    def _get_disputes(self):
        """Return what the customer has contested about these items and how it ended, facts only."""
        complaints = self.env["dunning.complaint"].search(
            [("item_ids.move_id", "in", self.item_ids.move_id.ids)], order="id"
        )
        lines = [
            self.env._(
                "%(number)s of %(day)s, %(reason)s: “%(words)s”. %(state)s.",
                number=complaint.name,
                day=complaint.create_date.date(),
                reason=complaint.reason_id.name,
                words=complaint.customer_words,
                state=self._label(complaint, "state"),
            )
            for complaint in complaints
        ]
        return lines + ([self.dispute_note] if self.dispute_note else [])

    def _get_agreements(self):
        """Return the promises and plans about these items as sentences."""
        moves = self.item_ids.move_id.ids
        promises = self.env["dunning.promise"].search([("item_ids.move_id", "in", moves)])
        plans = self.env["dunning.installment.plan"].search([("item_ids.move_id", "in", moves)])
        lines = [
            self.env._(
                "Promised on %(given)s by %(person)s: %(amount)s by %(day)s, %(state)s",
                given=promise.date_given,
                person=promise.person,
                amount=promise.currency_id.format(promise.amount),
                day=promise.date,
                state=self._label(promise, "state"),
            )
            for promise in promises
        ]
        lines += [
            self.env._(
                "Instalment plan %(name)s: %(state)s",
                name=plan.name,
                state=self._label(plan, "state"),
            )
            for plan in plans
        ]
        return lines + ([self.agreement_note] if self.agreement_note else [])

    @api.model
    def _label(self, record, field):
        return dict(record._fields[field]._description_selection(self.env)).get(record[field], "")
