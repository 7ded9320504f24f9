import re
from decimal import Decimal
from typing import NamedTuple

from odoo import models
from odoo.tools import format_amount, format_date, formatLang, html2plaintext
from odoo.tools.image import image_data_uri

from ..rules import ink
from ..tools import to_decimal

#: Millimetres from the top of the page by DIN 5008: address field, text, fold marks. Swiss windows
#: are on the right.
FORMS = {
    "b": {"address": 45, "info": 50, "body": 98.46, "folds": (105, 210)},
    "a": {"address": 27, "info": 32, "body": 80.46, "folds": (87, 192)},
    "ch": {"address": 35, "info": 50, "body": 98.46, "folds": (99, 198), "right": True},
}

#: Fonts whose figures differ in width; columns of amounts then use Lato.
UNEVEN_FIGURES = ("Oswald", "Raleway", "Tajawal")

#: (characters in a line, lines, class): the address zone is 80 by 27.3 mm, long ones shrink.
ADDRESS_SIZES = ((42, 6, "regular"), (50, 7, "small"), (58, 8, "tiny"))


class Row(NamedTuple):
    """One row of the table, ready to print. ``before`` and ``after`` are the sums carried over."""

    kind: str
    title: str
    notes: list
    rank: str
    date: str
    due: str
    original: str
    paid: str
    amount: str
    before: str
    after: str


class DunningLetterContent(models.AbstractModel):
    """What stands on the letter of a notice, in the language of the environment."""

    _name = "dunning.letter.content"
    _description = "Content of a Dunning Letter"

    # === THE TABLE ===

    def _get_letter_rows(self):
        """Return the :class:`Row` list: claims, then credits, then charges."""
        self.ensure_one()
        rows, total = [], Decimal(0)
        for amount, values in self._prepare_letter_rows():
            before, total = total, total + to_decimal(amount)
            rows.append(
                Row(
                    amount=self._format_plain(amount),
                    before=self._format_money(before) if rows else "",
                    after=self._format_money(total),
                    **values,
                )
            )
        return rows

    def _prepare_letter_rows(self):
        """Yield (signed amount, values of :class:`Row`)."""
        for line in self.claim_ids:
            yield line.amount_open, self._prepare_claim_row(line)
        for line in self.credit_ids:
            yield -line.amount_open or 0.0, self._prepare_credit_row(line)
        yield from self._prepare_charge_rows()

    def _prepare_claim_row(self, line):
        return {
            "kind": "claim",
            "title": line.move_id.name,
            "notes": self._get_claim_notes(line),
            "rank": str(line.rank or ""),
            "date": format_date(self.env, line.move_id.invoice_date or line.move_id.date),
            "due": format_date(self.env, line.date_due),
            "original": self._format_plain(line.amount_original),
            "paid": self._format_plain(line.amount_paid) if line.amount_paid else "",
        }

    def _get_claim_notes(self, line):
        """Return what helps the customer to find the invoice, and what part of it is paused."""
        invoice, notes = line.move_id, []
        if invoice.ref:
            notes.append(self.env._("Your reference: %s", invoice.ref))
        elif invoice.invoice_origin:
            notes.append(self.env._("Order: %s", invoice.invoice_origin))
        aside = self._get_set_aside(line)
        if aside > 0:
            amount = self._format_money(aside)
            notes.append(self.env._("Without %s, which is set aside for now", amount))
        return notes

    def _get_set_aside(self, line):
        """Return the part of the item that is paused, in the letter's currency."""
        return line.amount_blocked

    def _prepare_credit_row(self, line):
        is_refund = line.move_id.move_type == "out_refund"
        note = self.env._("Credit note") if is_refund else self.env._("Payment, not yet assigned")
        notes = [note]
        if line.amount_open < line.amount_residual:
            amount = self._format_money(line.amount_residual)
            notes.append(self.env._("%s in your favour, not deducted here", amount))
        values = self._prepare_plain_row("credit", line.move_id.name, notes)
        date = line.move_id.invoice_date or line.move_id.date
        return values | {"date": format_date(self.env, date)}

    @staticmethod
    def _prepare_plain_row(kind, title, notes):
        empty = dict.fromkeys(("rank", "date", "due", "original", "paid"), "")
        return {"kind": kind, "title": title, "notes": notes, **empty}

    # === HEAD ===

    def _get_letter_address(self):
        """Return the lines of the address and a class for its size, so that it fits the window."""
        self.ensure_one()
        addressee = self.addressee_id.with_company(self.company_id)
        return self._fit_address((self.address_sent or addressee._dunning_address()).splitlines())

    @staticmethod
    def _fit_address(lines):
        """Return the lines and the class of the largest size in which they fit the window."""
        fitting = (
            size
            for width, height, size in ADDRESS_SIZES
            if sum(-(-len(line) // width) for line in lines) <= height
        )
        return {"lines": lines, "size": next(fitting, "tiny")}

    def _get_leitweg_id(self):
        """Return the Leitweg-ID of a public body: its Peppol endpoint of scheme 0204."""
        partner = self.partner_id
        if "peppol_eas" in partner._fields and partner.peppol_eas == "0204":
            return partner.peppol_endpoint or ""
        return ""

    def _get_letter_look(self):
        """Return fonts, colours, logo and millimetres of the company's letters."""
        company = self.company_id[:1] or self.env.company
        font = (company.font or "Lato").replace("_", " ")
        logo = False if company.uses_default_logo else company.partner_id.image_1024
        return {
            "right": False,
            **FORMS[company.dunning_letter_form or "b"],
            "font": font,
            "figures": "Lato" if font in UNEVEN_FIGURES else font,
            "primary": ink.readable(company.primary_color),
            "secondary": ink.readable(company.secondary_color, contrast=1.6),
            "logo": logo and image_data_uri(logo),
        }

    def _get_letter_registration(self):
        """Return tax number and register number, unless the company's own footer names them."""
        company = self.company_id
        known = html2plaintext(f"{company.company_details or ''} {company.report_footer or ''}")
        compact = re.sub(r"\s", "", known)
        return {
            "vat": company.vat if company.vat and company.vat not in compact else "",
            "registry": (
                company.company_registry
                if company.company_registry and company.company_registry not in known
                else ""
            ),
        }

    # === THE CORRECTION ===

    def _get_correction_texts(self):
        """Return subject and paragraphs of the letter that takes a notice back."""
        self.ensure_one()
        values = {"number": self.name, "date": format_date(self.env, self.date)}
        greeting = self.env._("Yours faithfully")
        paragraphs = [
            self.env._("Dear Sir or Madam,"),
            self.env._(
                "Please regard our letter no. %(number)s of %(date)s as withdrawn. There is "
                "nothing you need to do about it.",
                **values,
            ),
            self.env._(
                "We are sorry for the inconvenience and thank you for your understanding. If you "
                "have any questions, please get in touch with us at any time; we will be glad to "
                "help."
            ),
            "\n".join(filter(None, [greeting, self.user_id.name, self.company_id.name])),
        ]
        return {
            "subject": self.env._("Our letter no. %(number)s of %(date)s is withdrawn", **values),
            "paragraphs": paragraphs,
        }

    # === FORMATS ===

    def _get_paragraphs(self, text):
        """Return the paragraphs of a plain text; an empty line separates them."""
        return [part.strip() for part in re.split(r"\n\s*\n", text or "") if part.strip()]

    def _format_money(self, amount):
        """Return an amount with its currency, with a true minus sign."""
        text = format_amount(self.env, float(amount), self.currency_id)
        return text.replace("-\N{ZERO WIDTH NO-BREAK SPACE}", "\N{MINUS SIGN}")

    def _format_plain(self, amount):
        """Return an amount without its currency, for the columns of the table."""
        digits = self.currency_id.decimal_places
        return formatLang(self.env, float(amount), digits=digits).replace("-", "\N{MINUS SIGN}")

    def _format_day(self, date):
        """Return a calendar date with the day of the week."""
        return format_date(self.env, date, date_format="full")
