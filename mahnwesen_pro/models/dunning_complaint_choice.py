from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import float_round

#: A customer chooses between at least so many options (METHOD K3).
LEAST_OPTIONS = 2

HOW = [
    ("portal", "In the portal"),
    ("link", "By the link of the e-mail"),
    ("clerk", "Told the clerk"),
]


class DunningComplaintChoice(models.AbstractModel):
    """Several options are offered, the customer chooses, and the choice acts (METHOD K3)."""

    _name = "dunning.complaint.choice"
    _description = "Options of a Complaint and their Choice"

    offered_on = fields.Datetime(readonly=True, copy=False)
    chosen_on = fields.Datetime(readonly=True, copy=False)
    chosen_how = fields.Selection(HOW, readonly=True, copy=False)
    chosen_by = fields.Char(readonly=True, copy=False, help="Who told us.")
    option_count = fields.Integer(compute="_compute_option_count")
    credit_count = fields.Integer(compute="_compute_option_count")

    def _compute_option_count(self):
        for complaint in self:
            complaint.option_count = len(complaint.option_ids)
            complaint.credit_count = len(complaint.option_ids.move_ids)

    # === OFFERING ===

    def action_take_usual_options(self):
        """Take over the usual options of the reason, to be adapted."""
        self._check_clerk()
        self._check_open()
        for complaint in self:
            complaint._take_usual_options()
        return True

    def _take_usual_options(self):
        known = set(self.option_ids.mapped("kind"))
        usual = self.reason_id.option_ids.filtered(lambda one: one.kind not in known)
        self.env["dunning.complaint.option"].create(
            [self._prepare_option_vals(one) for one in usual]
        )

    def _prepare_option_vals(self, usual):
        day = self.company_id._get_dunning_deadline(usual.days)
        amount = float_round(
            self.amount_contested * usual.percent / 100,
            precision_rounding=self.currency_id.rounding,
        )
        vals = {
            "complaint_id": self.id,
            "kind": usual.kind,
            "sequence": usual.sequence,
            "amount": amount if usual.kind in ("credit_full", "credit_part", "part_payment") else 0,
            "date_due": day if usual.kind in ("later", "part_payment") else False,
            "valid_until": self.company_id._get_dunning_deadline(14),
        }
        name = usual.with_context(lang=self.lang).name
        return {**vals, "name": name} if name else vals

    def action_offer(self):
        """Offer the options to the customer: by e-mail with a link, or to be told on the phone."""
        self.ensure_one()
        self._check_clerk()
        if self.state not in ("new", "heard", "offered"):
            raise UserError(self.env._("Options are offered while a complaint is being answered."))
        options = self.option_ids.filtered(lambda one: one.state in ("draft", "offered"))
        if len(options) < LEAST_OPTIONS:
            raise UserError(
                self.env._(
                    "Offer at least %s options, so that the customer can choose.", LEAST_OPTIONS
                )
            )
        if self.state == "new":
            self.action_hear()
        options._check_offerable()
        options._write_own({"state": "offered"})
        complaint = self.sudo()  # a complaint is written by its methods only
        complaint._write_own(
            {
                "state": "offered",
                "offered_on": fields.Datetime.now(),
                "date_review": max(options.mapped("valid_until")),
            }
        )
        if not complaint.answered_on:
            complaint._measure("days_to_answer")
        complaint._mark_answered()
        complaint._finish("hear", "late", "review", "acknowledge")
        complaint._send_offer()
        return True

    # === CHOOSING ===

    def _choose(self, option, how, person):
        """The customer has chosen an option; it acts at once.

        :param option: one of the options that were offered
        :param str how: portal, link or clerk
        :param str person: who told us
        :return: whether it was chosen now; False when it is not valid any more, or another one was
            first
        """
        self.ensure_one()
        complaint = (
            self.sudo()
        )  # customers have no access right; whoever opened the page may choose
        complaint.lock_for_update()
        option = complaint.option_ids.filtered(lambda one: one.id == option.id)
        if not option or not option._can_be_chosen():
            return False
        (complaint.option_ids - option)._write_own({"state": "declined"})
        option._write_own({"state": "chosen"})
        complaint._write_own(
            {
                "state": "chosen",
                "option_id": option.id,
                "chosen_on": fields.Datetime.now(),
                "chosen_how": how,
                "chosen_by": person,
                "date_review": complaint.date_solve_due,
            }
        )
        complaint._finish("review")
        actor = option if how == "clerk" else option.with_user(SUPERUSER_ID)
        actor.with_company(complaint.company_id)._act()
        return True

    def action_choose_for_customer(self, option, person):
        """The customer has told the clerk what he wants."""
        self.ensure_one()
        self._check_clerk()
        if not self._choose(option, "clerk", person or self._get_addressee().name):
            raise UserError(
                self.env._("This option is no longer valid, or another one was chosen already.")
            )
        return True

    def _mark_carried_out(self):
        """What was agreed is done: where nothing is left to do, the complaint ends with it."""
        for complaint in self.filtered(lambda one: one.state == "chosen"):
            option = complaint.option_id
            option._write_own({"carried_out_on": fields.Datetime.now()})
            complaint._finish("deliver", "credit")
            complaint._mark_closed(
                complaint._get_agreed_resolution(), note=complaint.env._("Agreed: %s", option.name)
            )

    def action_carried_out(self):
        """What was agreed is done."""
        self._check_clerk()
        if any(complaint.state != "chosen" for complaint in self):
            raise UserError(self.env._("Nothing was chosen yet that could be carried out."))
        drafts = self.option_id.move_ids.filtered(lambda move: move.state == "draft")
        if drafts:
            raise UserError(
                self.env._("%s is still in draft. Check and post it first.", drafts[0].display_name)
            )
        self.sudo()._mark_carried_out()  # a complaint is written by its methods only
        return True

    def _link_moves(self, moves):
        self.option_id._write_own({"move_ids": [Command.link(move.id) for move in moves]})

    def _get_poster(self):
        """Return who checks and posts credit notes: the responsible person if he may, else the
        company's clerk.
        """
        may_post = self.user_id.has_group("account.group_account_invoice")
        return self.user_id if may_post else self.partner_id._get_dunning_clerk(self.company_id)

    def action_record_choice(self):
        """Ask which option the customer has chosen."""
        self.ensure_one()
        self._check_clerk()
        if self.state != "offered":
            raise UserError(self.env._("Offer options first; the customer chooses one of them."))
        return self.env["dunning.complaint.choice.wizard"]._open(self)
