from odoo import api, models

from ..rules import claim_file, interest, laws
from ..tools import to_decimal

NO_DEFAULT = "—"


class DunningCollectionClaim(models.AbstractModel):
    """The claim of a case in figures: items, interest, charges, as plain values.

    Principal and payments are those of the books, so that its sums are the ledger's.
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
        return claim_file.Claim(
            reference=case.name,
            day=date,
            currency=case.currency_id.name,
            creditor=case._get_party(case.company_id.partner_id, "business"),
            debtor=case._get_party(case.partner_id, case.partner_id.dunning_debtor_type),
            iban=(bank.acc_number or "").replace(" ", ""),
            bic=bank.bank_bic or "",
            deducts_vat=case.company_id.dunning_deducts_vat,
            items=tuple(case._get_claim_items(date)),
            charges=tuple(case._get_claim_charges()),
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

    def _get_claim_items(self, date):
        """Yield the items with their payments, reminders and interest."""
        lines = self.item_ids.move_line_id
        entries = self.env["dunning.ledger"]._get_entries(self.company_id, lines.ids, date)
        notices = self._get_notices()
        base_rates = self.env["dunning.base.rate"]._get_rates(self.company_id.country_id)
        for item in self.item_ids:
            entry = entries.get(item.move_line_id.id)
            if not entry:
                continue
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
                interest=tuple(self._get_interest(item, entry, base_rates, date)),
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

    def _get_interest(self, item, entry, base_rates, date):
        """Yield the lines of the interest calculation of one item, at the rates of the law."""
        if not item.default_since or item.default_since > date:
            return
        agreed = self.partner_id.dunning_agreed_rate
        rates = laws.rates(
            self.company_id._get_dunning_law(),
            base_rates,
            entry.debtor,
            entry.booked,
            entry.is_price,
            to_decimal(agreed) if agreed else None,
        )
        found = interest.interest(
            entry.principal,
            [interest.Payment(booking.day, booking.amount) for booking in entry.bookings],
            rates,
            item.default_since,
            date,
            self.company_id.dunning_day_count,
            to_decimal(self.currency_id.rounding),
        )
        for line in found.segments:
            yield claim_file.Interest(
                *(line.start, line.end, line.days, line.principal, line.percent, line.base),
                line.amount,
            )

    def _get_claim_charges(self):
        """Yield what the last reminder asks for beside principal and interest.

        What was waived or paid is left out, and what was booked: that is an item of its own.
        """
        charges = self._get_notices()[-1:].charge_ids.filtered(
            lambda charge: charge.kind != "interest" and not charge.is_waived and not charge.is_paid
        )
        booked = self.item_ids.move_id
        for charge in charges:
            if charge.amount > 0 and not charge.booking_line_id.move_id & booked:
                yield claim_file.Charge(
                    charge.kind, to_decimal(charge.amount), charge.explanation or ""
                )

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
