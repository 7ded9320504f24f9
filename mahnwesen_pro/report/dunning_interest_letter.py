from decimal import Decimal
from typing import NamedTuple

from odoo import models
from odoo.tools import format_date, formatLang

from ..rules import laws
from ..rules.charges import KINDS
from ..tools import to_decimal


class CalculationLine(NamedTuple):
    """One line of the calculation, ready to print; a payment has only ``start`` and ``text``."""

    start: str
    end: str = ""
    days: str = ""
    rate: str = ""
    base: str = ""
    formula: str = ""
    amount: str = ""
    text: str = ""


class Calculation(NamedTuple):
    """The interest of one invoice: what was owed, since when in default, line by line."""

    title: str
    default: str
    lines: list
    amount: str


class DunningNotice(models.Model):
    """The charges on the letter, and the page on which a customer can redo the interest."""

    _inherit = "dunning.notice"

    def _get_asked_charges(self):
        """Return the charges that the letter asks for, in the order in which they stand on it."""
        asked = self.charge_ids.filtered(lambda one: not one.is_waived or one.is_waived_later)
        return asked.sorted(lambda charge: (KINDS.index(charge.kind), charge.id))

    # === THE TABLE ===

    def _prepare_charge_rows(self):
        """Yield one row for each kind of charge, of all invoices together."""
        kinds = dict(self.charge_ids._fields["kind"]._description_selection(self.env))
        for kind, charges in self._get_asked_charges().grouped("kind").items():
            amount = sum(charges.mapped("amount"))
            notes = self._get_charge_notes(kind, charges)
            row = self._prepare_plain_row("charge", kinds[kind], notes)
            yield self.currency_id.round(amount), row

    def _get_charge_notes(self, kind, charges):
        """Return what stands below the name of a charge."""
        if kind == "interest":
            return [
                self.env._(
                    "The calculation stands on a page of its own; no value added tax is due."
                )
            ]
        if kind == "lump_sum" and len(charges) > 1 and len(set(charges.mapped("amount"))) == 1:
            company = self.company_id
            law = company._get_dunning_law()
            return [
                self.env._(
                    "%(count)s overdue invoices at %(amount)s, %(paragraph)s, no value added tax",
                    count=len(charges),
                    amount=self._format_money(charges[0].amount),
                    paragraph=company._cite_dunning_law(law.paragraph_lump_sum) if law else "",
                )
            ]
        return [charge.explanation for charge in charges]

    # === THE CALCULATION ===

    def _get_letter_calculation(self):
        """Return one :class:`Calculation` for each invoice that bears interest on the letter."""
        self.ensure_one()
        found = self._get_asked_charges().filtered(lambda charge: charge.kind == "interest")
        return [self._make_calculation(charge) for charge in found if charge._get_segments()]

    def _make_calculation(self, charge):
        move, segments = charge.move_id, charge._get_segments()
        begins = charge._get_default()
        claim = self.claim_ids.filtered(lambda line: line.move_line_id == charge.move_line_id)[:1]
        return Calculation(
            title=self.env._(
                "Invoice %(number)s, due on %(due)s",
                number=move.name,
                due=format_date(self.env, claim.date_due or move.invoice_date_due),
            ),
            default=begins.start
            and self.env._(
                "In default since %(day)s. %(reason)s.",
                day=format_date(self.env, begins.start),
                reason=move._get_dunning_default_sentence(begins, begins.start),
            ),
            lines=[
                *self._make_calculation_lines(segments, charge._get_payments()),
                *self._make_deducted_lines(charge),
            ],
            amount=self._format_money(charge.amount),
        )

    def _make_calculation_lines(self, segments, payments):
        """Yield the lines; what was paid stands before the first line that it lowers."""
        rest = [payment for payment in payments if payment.amount]
        for segment in segments:
            while rest and rest[0].day <= segment.start:
                payment = rest.pop(0)
                yield CalculationLine(
                    format_date(self.env, payment.day),
                    text=self.env._("%s paid or credited", self._format_money(payment.amount)),
                )
            yield self._make_segment_line(segment)

    def _make_deducted_lines(self, charge):
        """Yield what was paid on the interest of earlier letters, which counts for this one."""
        deducted = charge._get_deducted()
        if deducted:
            text = self.env._("less %s paid on this interest already", self._format_money(deducted))
            yield CalculationLine("", text=text)

    def _make_segment_line(self, segment):
        rate = self._format_rate(segment.percent)
        base = segment.base is not None and self.env._(
            "base rate %(base)s + %(points)s",
            base=self._format_rate(segment.base),
            points=self._format_rate(segment.percent - segment.base),
        )
        return CalculationLine(
            start=format_date(self.env, segment.start),
            end=format_date(self.env, segment.end),
            days=str(segment.days),
            rate=f"{rate} %",
            base=base or "",
            formula=(
                f"{self._format_plain(segment.principal)} × {rate} ÷ 100 × {segment.days} "
                f"÷ {segment.divisor}"
            ),
            amount=self._format_plain(segment.amount),
        )

    def _format_rate(self, percent):
        """Return a rate with two digits behind the comma, with more only where it has them."""
        digits = 2 if percent == percent.quantize(Decimal("0.01")) else 4
        return formatLang(self.env, float(percent), digits=digits).replace("-", "\N{MINUS SIGN}")

    def _get_calculation_total(self):
        """Return the sum of the interest on the letter."""
        found = self._get_asked_charges().filtered(lambda charge: charge.kind == "interest")
        return self._format_money(sum(to_decimal(charge.amount) for charge in found))

    def _get_calculation_basis(self):
        """Return the paragraph of the interest, and how days are counted, as sentences."""
        counts = {
            "act_365": self.env._("The days are counted exactly, a year has 365 days."),
            "act_act": self.env._(
                "The days are counted exactly, a year has 365 days, a leap year 366."
            ),
            "act_360": self.env._("The days are counted exactly, a year has 360 days."),
            "30_360": self.env._("Every month has 30 days, a year 360 days."),
        }
        agreed = self.partner_id.with_company(self.company_id).dunning_agreed_rate
        basis = self.env._("The rate was agreed.") if agreed else self._get_rate_basis()
        return " ".join(filter(None, [basis, counts[self.company_id.dunning_day_count]]))

    def _get_rate_basis(self):
        """Return which paragraphs the rates come from; "" where no law is known."""
        law = self.company_id._get_dunning_law()
        if not law:
            return ""
        moves = self._get_asked_charges().filtered(lambda one: one.kind == "interest").move_id
        paragraphs = dict.fromkeys(
            laws.interest_paragraph(
                law,
                move.dunning_debtor_type or self.partner_id.dunning_debtor_type,
                not move.dunning_is_no_price,
            )
            for move in moves
        )
        cited = self.company_id._cite_dunning_law(", ".join(paragraphs))
        return self.env._("The rate is the one of %s.", cited)
