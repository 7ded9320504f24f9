import base64
import csv
import io

import openpyxl

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import opening

#: A preview shows this many lines; all of them are checked.
SHOWN = 100


class DunningOpeningWizard(models.TransientModel):
    """Records earlier reminders: for chosen invoices by hand, or from a CSV or XLSX file.

    A file is taken as a whole or not at all; every wrong line is named with its reason.
    """

    _name = "dunning.opening.wizard"
    _description = "Record Earlier Reminders"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    level = fields.Integer(string="Level No.", default=1)
    date = fields.Date(string="Sent on", default=lambda self: self.env.company._dunning_today())
    file = fields.Binary(string="CSV or XLSX File")
    file_name = fields.Char()
    line_ids = fields.One2many("dunning.opening.wizard.line", "wizard_id", readonly=True)
    line_count = fields.Integer(readonly=True, string="Lines")
    problem_count = fields.Integer(readonly=True, string="Wrong Lines")

    @api.model
    def _open(self, invoices=None):
        """Return the action that records earlier reminders, for ``invoices`` or from a file.

        :raise UserError: when the invoices belong to several companies
        """
        invoices = invoices or self.env["account.move"]
        company = invoices.company_id or self.env.company
        if len(company) > 1:
            raise UserError(self.env._("Choose invoices of one company."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Earlier Reminders"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_company_id": company.id,
                "default_date": company._dunning_today(),
                "default_move_ids": invoices.ids,
            },
        }

    # === BY HAND ===

    def action_record(self):
        """Record one reminder for the chosen invoices and open the notices."""
        self.ensure_one()
        if not self.date:
            raise UserError(self.env._("Enter the day on which the reminder was sent."))
        today = self.company_id._dunning_today()
        row = opening.Row(0, "", self.level, self.date, "future" if self.date > today else "")
        rows = [row._replace(invoice=move.name) for move in self.move_ids]
        found = self._check_rows(rows, {move.name: move for move in self.move_ids})
        problems = [problem for _row, _entry, problem in found if problem]
        if problems:
            raise UserError("\n".join(problems))
        return self._record([entry for _row, entry, _problem in found])

    def _record(self, entries):
        notices = self.env["dunning.notice"]._record_openings(entries)
        actions = self.env["ir.actions.act_window"]
        action = actions._for_xml_id("mahnwesen_pro.dunning_notice_action")
        return {**action, "domain": [("id", "in", notices.ids)], "context": {}}

    # === FROM A FILE ===

    def action_preview(self):
        """Read the file and show its lines, the wrong ones first."""
        self.ensure_one()
        checked = self._read_and_check()
        wrong_first = sorted(checked, key=lambda row: (not row[2], row[0].number))
        self.line_ids.unlink()
        self.write(
            {
                "line_count": len(checked),
                "problem_count": sum(bool(problem) for _row, _entry, problem in checked),
                "line_ids": [
                    fields.Command.create(
                        {
                            "number": row.number,
                            "invoice": row.invoice,
                            "level": row.level,
                            "date": row.day,
                            "problem": problem,
                        }
                    )
                    for row, _entry, problem in wrong_first[:SHOWN]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Earlier Reminders"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_import(self):
        """Record every line of the file, or nothing when one of them is wrong."""
        self.ensure_one()
        checked = self._read_and_check()
        if any(problem for _row, _entry, problem in checked):
            raise UserError(
                self.env._("Some lines are wrong. Correct them in the file and choose it again.")
            )
        return self._record([entry for _row, entry, _problem in checked])

    def _read_and_check(self):
        """Return (row, entry, problem) for each line of the file; one of the last two is empty."""
        cells = self._read_file()
        places = opening.columns(cells[0]) if cells else {}
        labels = {
            "invoice": self.env._("invoice"),
            "level": self.env._("level"),
            "date": self.env._("date"),
        }
        missing = [label for name, label in labels.items() if name not in places]
        if missing:
            raise UserError(
                self.env._(
                    "The first line has to name the columns invoice, level and date. Missing: %s.",
                    ", ".join(missing),
                )
            )
        today = self.company_id._dunning_today()
        rows = [
            opening.parse(number, line, places, today)
            for number, line in enumerate(cells[1:], start=2)
            if any(str(cell or "").strip() for cell in line)
        ]
        moves = self.env["account.move"].search(
            [
                ("name", "in", [row.invoice for row in rows]),
                ("company_id", "=", self.company_id.id),
                ("move_type", "in", ("out_invoice", "out_receipt")),
            ]
        )
        return self._check_rows(rows, {move.name: move for move in moves})

    def _read_file(self):
        """Return the cells of the file, line by line."""
        content = base64.b64decode(self.file or b"")
        if (self.file_name or "").lower().endswith(".xlsx"):
            return self._read_xlsx(content)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
        sample = text[:2000]
        delimiter = ";" if sample.count(";") >= sample.count(",") else ","
        try:
            return list(csv.reader(io.StringIO(text), delimiter=delimiter))
        except csv.Error as error:
            raise UserError(
                self.env._("The file cannot be read as CSV. Save it again as UTF-8.")
            ) from error

    def _read_xlsx(self, content):
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises whatever its parser meets in a broken file
            raise UserError(
                self.env._("The file cannot be read as XLSX. Save it again, or save it as CSV.")
            ) from error
        return [list(row) for row in book.active.iter_rows(values_only=True)]

    # === CHECKS ===

    def _check_rows(self, rows, moves):
        """Return (row, (invoice, level, day), problem) for each row."""
        partners = self.env["account.move"].union(*moves.values()).commercial_partner_id
        policies = partners.with_company(self.company_id)._get_dunning_policies()
        known = {partner.id: policy for partner, policy in policies.items()}
        seen, checked = self._get_recorded(moves), []
        for row in rows:
            move = moves.get(row.invoice)
            policy = known.get(move.commercial_partner_id.id) if move else None
            level = policy and policy.level_ids.filtered(lambda lv, row=row: lv.rank == row.level)
            code = row.problem or self._get_problem(row, move, policy, level, seen)
            seen.add((row.invoice, row.level))
            checked.append((row, (move, level, row.day), self._get_problem_text(code, row)))
        return checked

    @api.model
    def _get_recorded(self, moves):
        """Return the (number, level) of all steps up to the highest that was sent."""
        lines = self.env["dunning.notice.line"].sudo()  # also what only managers see
        sent = lines._read_group(
            [
                ("move_id", "in", [move.id for move in moves.values()]),
                ("state", "=", "sent"),
                ("kind", "=", "claim"),
            ],
            ["move_id"],
            ["rank:max"],
        )
        return {(move.name, rank) for move, top in sent for rank in range(1, top + 1)}

    def _get_problem(self, row, move, policy, level, seen):
        if not move:
            return "unknown"
        if move.state != "posted" or not self.env["dunning.notice"]._get_opening_items(move):
            return "paid"
        if not policy:
            return "policy"
        if not level:
            return "rank"
        if (row.invoice, row.level) in seen:
            return "twice"
        return ""

    def _get_problem_text(self, code, row):
        texts = {
            "": "",
            "invoice": self.env._("The number of the invoice is missing."),
            "level": self.env._("The level has to be a whole number, for example 1."),
            "date": self.env._("The date cannot be read. Write it like 2026-10-01 or 01.10.2026."),
            "future": self.env._("The date lies in the future."),
            "unknown": self.env._("There is no customer invoice %s.", row.invoice),
            "paid": self.env._("%s is paid or not posted.", row.invoice),
            "policy": self.env._("No dunning policy applies to the customer of %s.", row.invoice),
            "rank": self.env._("The customer's policy has no level %s.", row.level),
            "twice": self.env._("This level of %s is recorded already.", row.invoice),
        }
        return texts[code]


class DunningOpeningWizardLine(models.TransientModel):
    _name = "dunning.opening.wizard.line"
    _description = "Line of Earlier Reminders"
    _order = "id"

    wizard_id = fields.Many2one("dunning.opening.wizard", required=True, ondelete="cascade")
    number = fields.Integer(string="Line")
    invoice = fields.Char()
    level = fields.Integer(string="Level No.")
    date = fields.Date(string="Sent on")
    problem = fields.Char()
