import base64

from odoo import fields, models
from odoo.tools.misc import formatLang

#: A preview shows this many lines; all of them are checked.
SHOWN = 100


class DunningCollectionAnswerWizard(models.TransientModel):
    """Takes over what an agency answers, from a CSV or XML file.

    A file is taken as a whole or not at all; every wrong line is named with its reason.
    """

    _name = "dunning.collection.answer.wizard"
    _description = "Import the Agency's Answers"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    file = fields.Binary(string="CSV or XML File", required=True)
    file_name = fields.Char()
    line_ids = fields.One2many("dunning.collection.answer.wizard.line", "wizard_id", readonly=True)
    line_count = fields.Integer(readonly=True, string="Lines")
    problem_count = fields.Integer(readonly=True, string="Wrong Lines")

    def action_preview(self):
        """Read the file and show its lines, the wrong ones first."""
        self.ensure_one()
        checked = self._check()
        self.line_ids.unlink()
        wrong_first = sorted(checked, key=lambda row: (not row[2], row[0].number))
        self.write(
            {
                "line_count": len(checked),
                "problem_count": sum(bool(problem) for _row, _case, problem in checked),
                "line_ids": [
                    fields.Command.create(
                        {
                            "number": row.number,
                            "case": row.case,
                            "kind": row.kind,
                            "date": row.day,
                            "amount": formatLang(self.env, float(row.amount)),
                            "problem": self._get_problem_text(problem, row, case),
                        }
                    )
                    for row, case, problem in wrong_first[:SHOWN]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import the Agency's Answers"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_import(self):
        """Take over every line of the file, or nothing when one of them is wrong."""
        self.ensure_one()
        cases = self.env["dunning.collection.case"]
        changed = cases._record_answers(self.company_id, self._read())
        return cases._open_cases([("id", "in", changed.ids)])

    def _read(self):
        content = base64.b64decode(self.file or b"")
        return self.env["dunning.collection.case"]._read_answers(content, self.company_id)

    def _check(self):
        return self.env["dunning.collection.case"]._check_answers(self.company_id, self._read())

    def _get_problem_text(self, code, row, case):
        texts = {
            "": "",
            "case": self.env._("The number of our case is missing."),
            "kind": self.env._(
                "The type is not known. There are: accepted, payment, instalments, cost, returned, "
                "closed."
            ),
            "date": self.env._("The date cannot be read. Write it like 2026-10-01 or 01.10.2026."),
            "future": self.env._("The date lies in the future."),
            "amount": self.env._("The amount is missing or cannot be read."),
            "unknown": self.env._("There is no case %s.", row.case),
            "before": self.env._("%s was not handed over on that day.", row.case),
            "over": self.env._("%s is over.", row.case),
            "currency": self.env._("The case is in %s.", case.currency_id.name or ""),
            "twice": self.env._("This is recorded already, or stands in the file twice."),
            "too_much": self.env._("More than what is open in %s.", row.case),
        }
        return texts[code]


class DunningCollectionAnswerWizardLine(models.TransientModel):
    _name = "dunning.collection.answer.wizard.line"
    _description = "Line of the Agency's Answers"
    _order = "id"

    wizard_id = fields.Many2one(
        "dunning.collection.answer.wizard", required=True, ondelete="cascade"
    )
    number = fields.Integer(string="Line")
    case = fields.Char()
    kind = fields.Char(string="Type")
    date = fields.Date()
    amount = fields.Char()
    problem = fields.Char()
