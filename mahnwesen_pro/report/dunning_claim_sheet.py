import io
from typing import NamedTuple

import xlsxwriter

from odoo import models
from odoo.tools import format_date

from ..rules import claim
from ..tools import to_decimal


class Row(NamedTuple):
    """One line of an account as it is printed; interest has its segment."""

    day: object
    kind: str
    text: str
    note: str
    amount: object
    principal: object
    interest: object
    costs: object
    segment: object


class DunningClaimSheet(models.AbstractModel):
    """What a claim statement says, on paper and as a table, in the language of the environment."""

    _name = "dunning.claim.sheet"
    _description = "Content of a Claim Statement"

    def _get_statement(self):
        """Return the statement that is asked for, None while something is missing.

        :raise AccessError: when the person who asks may not see it, also while it is drawn
        """
        self.ensure_one()
        if not (self.partner_id and self.company_id and self.date):
            return None
        statements = self.env["dunning.claim.statement"].sudo(False)  # paper is drawn as superuser
        return statements._get_statement(
            self.company_id, self.partner_id, self.date, self.order, self.with_lump_sums
        )

    def _get_sheet(self, statement=None):
        """Return the :class:`claim.Sheet` of the currency, None when nothing is owed in it."""
        statement = statement or self._get_statement()
        sheets = statement.sheets if statement else ()
        return next((one for one in sheets if one.currency_id == self.currency_id.id), None)

    # === SENTENCES ===

    def _get_rows(self, account):
        """Return the lines of an account as :class:`Row`."""
        return [
            Row(
                step.day,
                step.kind,
                *self._get_text(step, account),
                step.amount,
                step.principal,
                step.interest,
                step.costs,
                step.source if step.kind == "interest" else None,
            )
            for step in account.steps
        ]

    def _get_text(self, step, account):
        """Return what a line is, and the note below it."""
        if step.kind == "principal":
            return self._get_move_name(account), ""
        if step.kind == "interest":
            return self._get_interest_text(step.source)
        if step.kind == "cost":
            return self._get_cost_text(step.source)
        return self._get_receipt_text(step)

    def _get_move_name(self, account):
        line = self.env["account.move.line"].sudo().browse(account.claim.id)  # see _get_statement
        return line.move_id.name

    def _get_interest_text(self, segment):
        first, last = format_date(self.env, segment.start), format_date(self.env, segment.end)
        text = self.env._("Interest %(first)s to %(last)s", first=first, last=last)
        formula = self.env._(
            "%(principal)s × %(rate)s %% × %(days)s days / %(year)s",
            principal=self._format_plain(segment.principal),
            rate=self._format_rate(segment.percent),
            days=segment.days,
            year=segment.divisor,
        )
        return text, formula

    def _get_cost_text(self, cost):
        kinds = self.env["dunning.notice.charge"]._fields["kind"]._description_selection(self.env)
        charge = self.env["dunning.notice.charge"].sudo().browse(cost.id)  # see _get_statement
        text = {**self._get_further_costs(), **dict(kinds)}[cost.kind]
        number = charge.notice_id.name
        return text, self.env._("Letter no. %s", number) if number else ""

    def _get_further_costs(self):
        return {"lump_sum": self.env._("Lump sum"), "collection": self.env._("Collection")}

    def _get_receipt_text(self, step):
        move = self.env["account.move"].sudo().browse(step.source.id)  # see _get_statement
        text = (
            self.env._("Payment %s", move.name)
            if step.kind == "payment"
            else self.env._("Credit %s", move.name)
        )
        costs, interest, principal, rest = map(self._format_plain, step.used)
        parts = zip(
            step.used,
            (
                self.env._("costs %s", costs),
                self.env._("interest %s", interest),
                self.env._("principal %s", principal),
                self.env._("beyond the claim %s", rest),
            ),
            strict=True,
        )
        return text, self.env._("on ") + ", ".join(part for amount, part in parts if amount)

    def _get_default_sentence(self, account, statement):
        """Return since when the debtor is in default with an item, and why."""
        begins = statement.defaults[account.claim.id]
        if not account.claim.start:
            return self.env._("No interest: default cannot be shown up to this day.")
        day = format_date(self.env, account.claim.start)
        trigger = begins.trigger and format_date(self.env, begins.trigger)
        reasons = {
            "agreed": self.env._("to be paid by %s as agreed", trigger),
            "reminder": self.env._("reminded on %s", trigger),
            "deadline": self.env._("reminded with a deadline on %s", trigger),
            "thirty_days": self.env._(
                "30 days after due date and invoice were over on %s", trigger
            ),
        }
        return self.env._(
            "In default from %(day)s: %(reason)s", day=day, reason=reasons[begins.reason]
        )

    def _get_open_credits(self, sheet):
        """Return [(day, document, amount)] of what is open in the customer's favour."""
        lines = self.env["account.move.line"].sudo()  # see _get_statement
        return [(one.day, lines.browse(one.id).move_id.name, one.amount) for one in sheet.credits]

    def _get_order_sentence(self):
        if self.order == claim.LAW:
            return self.env._(
                "Payments were used for costs first, then for interest, then for the principal "
                "(§ 367 (1) BGB)."
            )
        return self.env._(
            "Payments were used for the principal first, then for costs and interest. In this we "
            "do without the order of § 367 (1) BGB."
        )

    def _get_method_sentence(self):
        """Return how days of interest are counted."""
        methods = {
            "act_365": self.env._("by the exact day, the year has 365 days"),
            "act_act": self.env._("by the exact day, the year has 365 or 366 days"),
            "30_360": self.env._("months have 30 days, the year 360"),
            "act_360": self.env._("by the exact day, the year has 360 days"),
        }
        return self.env._(
            "Interest is counted %s; first and last day count, the day of a payment does not. Each "
            "line is rounded to the cent. Interest and costs bear no interest.",
            methods[self.company_id.dunning_day_count],
        )

    def _format_rate(self, percent):
        text = f"{to_decimal(percent).normalize():f}"
        separator = self.env["res.lang"]._get_data(code=self.env.lang or "en_US").decimal_point
        return text.replace(".", separator or ".")

    # === TABLE ===

    def _draw_xlsx(self):
        """Return the statement as an Excel file: one line per movement, sums as formulas."""
        self.ensure_one()
        sheet, buffer = self._get_sheet(), io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            page = book.add_worksheet(self.env._("Claim statement"))
            if sheet:
                _Table(self, book, page).fill(sheet)
        return buffer.getvalue()


class _Table:
    """Writes a claim statement on a worksheet; amounts are numbers, interest and sums formulas."""

    WIDTHS = (12, 34, 12, 12, 8, 14, 10, 8, 14, 14)

    def __init__(self, wizard, book, page):
        self.wizard, self.env, self.page, self.row = wizard, wizard.env, page, 0
        digits = "0" * wizard.currency_id.decimal_places
        money = f"#,##0.{digits}" if digits else "#,##0"
        self.plain = book.add_format({})
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.day = book.add_format({"num_format": "dd.mm.yyyy", "align": "left"})
        self.money = book.add_format({"num_format": money})
        self.sum = book.add_format({"num_format": money, "bold": True, "top": 1})
        self.rate = book.add_format({"num_format": "0.00##"})

    def fill(self, sheet):
        """Write the whole statement."""
        for column, width in enumerate(self.WIDTHS):
            self.page.set_column(column, column, width)
        self._line(self.bold, self.wizard.name)
        self._line(self.plain, self.wizard._get_order_sentence())
        self._line(self.plain, self.wizard._get_method_sentence())
        self.row += 1
        self._line(
            self.head,
            self.env._("Date"),
            self.env._("Text"),
            self.env._("From"),
            self.env._("To"),
            self.env._("Days"),
            self.env._("On principal"),
            self.env._("Rate %"),
            self.env._("Year"),
            self.env._("Amount"),
            self.env._("Balance"),
        )
        self.page.freeze_panes(self.row, 0)
        totals = [self._write_account(account) for account in sheet.accounts]
        for day, name, amount in self.wizard._get_open_credits(sheet):
            self.page.write_datetime(self.row, 0, day, self.day)
            self.page.write(self.row, 1, self.env._("Open credit %s", name))
            self.page.write_number(self.row, 8, -float(amount), self.money)
            totals.append(f"I{self.row + 1}")
            self.row += 1
        self.row += 1
        self.page.write(self.row, 1, self.env._("Total"), self.bold)
        formula = f"=MAX(0,{'+'.join(totals)})"
        self.page.write_formula(self.row, 8, formula, self.sum, float(sheet.total))

    def _write_account(self, account):
        """Write one item and return the cell of its balance."""
        first = self.row + 1
        for row in self.wizard._get_rows(account):
            number = self.row + 1
            self.page.write_datetime(self.row, 0, row.day, self.day)
            text = row.text if row.segment or not row.note else f"{row.text} ({row.note})"
            self.page.write(self.row, 1, text)
            if row.segment:
                self._write_segment(row.segment, number)
            else:
                self.page.write_number(self.row, 8, float(row.amount), self.money)
            balance = f"=SUM(I{first}:I{number})"
            value = float(row.principal + row.interest + row.costs)
            self.page.write_formula(self.row, 9, balance, self.money, value)
            self.row += 1
        cell = f"J{self.row}"
        self.row += 1
        return cell

    def _write_segment(self, segment, number):
        self.page.write_datetime(self.row, 2, segment.start, self.day)
        self.page.write_datetime(self.row, 3, segment.end, self.day)
        self.page.write_number(self.row, 4, segment.days)
        self.page.write_number(self.row, 5, float(segment.principal), self.money)
        self.page.write_number(self.row, 6, float(segment.percent), self.rate)
        self.page.write_number(self.row, 7, segment.divisor)
        places = self.wizard.currency_id.decimal_places
        formula = f"=ROUND(F{number}*G{number}/100*E{number}/H{number},{places})"
        self.page.write_formula(self.row, 8, formula, self.money, float(segment.amount))

    def _line(self, style, *values):
        for column, value in enumerate(values):
            self.page.write(self.row, column, value, style)
        self.row += 1
