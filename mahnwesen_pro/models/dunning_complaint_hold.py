from datetime import timedelta

from odoo import fields, models


class DunningComplaintHold(models.AbstractModel):
    """What waits because of a complaint.

    Two kinds of blocks, and no other way: what is contested waits from the first moment to the end
    of the complaint, and everything of the invoice waits while our own answer is late.
    """

    _name = "dunning.complaint.hold"
    _description = "What Waits because of a Complaint"

    is_repeat = fields.Boolean(
        string="For the Second Time",
        readonly=True,
        help="The same reason was brought forward for the same invoice before.",
    )
    to_confirm = fields.Boolean(
        string="Pause to Confirm",
        readonly=True,
        index="btree_not_null",
        help="A second complaint with the same reason about the same invoice pauses nothing until "
        "a clerk has confirmed it.",
    )

    # === WHAT IS CONTESTED ===

    def _hold(self):
        """Pause what is contested; where it was contested before, a clerk confirms that first."""
        for complaint in self:
            if complaint.item_ids:
                complaint._place_answer_blocks()
            if complaint.contests and complaint.item_ids and not complaint.to_confirm:
                complaint._place_contested_blocks()
        self._refresh_proposals()

    def _place_contested_blocks(self):
        reason = self.env.ref("mahnwesen_pro.dunning_block_reason_complaint")
        blocks = self.item_ids._place_blocks(reason, self.name)
        blocks._belong_to(self, "contested")

    def action_confirm_pause(self):
        """Pause what is contested for the second time, too."""
        self.check_access("write")
        self._check_clerk()
        todo = self.filtered("to_confirm").sudo()  # blocks of complaints are placed by methods only
        todo._check_open()
        todo._write_own({"to_confirm": False})
        for complaint in todo.filtered("contests"):
            complaint._place_contested_blocks()
        todo._refresh_proposals()
        return True

    def _follow_reason(self):
        """The reason was changed: the holds and our own deadlines follow it."""
        for complaint in self.filtered(lambda one: not one.closed_on):
            complaint._set_clock()
            held = complaint._get_blocks("contested")
            if held and not complaint.contests:
                held._end()
            elif complaint.contests and complaint.item_ids and not (held or complaint.to_confirm):
                complaint._place_contested_blocks()
            complaint._get_blocks("answer")._end()
            if complaint.item_ids and not complaint.answered_on:
                complaint._place_answer_blocks()
        self._refresh_proposals()

    # === OUR OWN ANSWER ===

    def _place_answer_blocks(self):
        """From the day on which our answer is late nothing of the invoices is dunned."""
        reason = self.env.ref("mahnwesen_pro.dunning_block_reason_answer")
        blocks = self.env["dunning.block"].place(
            self.item_ids.move_id,
            reason,
            date_start=self.date_answer_due + timedelta(days=1),
            note=self.name,
        )
        blocks._belong_to(self, "answer")

    def _mark_answered(self):
        """The customer has our answer: what was not contested goes on."""
        for complaint in self.filtered(lambda one: not one.answered_on):
            complaint._write_own({"answered_on": fields.Datetime.now()})
        self._get_blocks("answer")._end()

    # === THE END ===

    def _let_go(self):
        """The complaint has ended, and so do its pauses."""
        self.block_ids.filtered(lambda block: not block.released)._end()
        self._refresh_proposals()

    def _give_fresh_deadline(self):
        """What comes back is dunned on the level where it stood, after a fresh deadline: the days
        that this level gives, counted from today.

        :return: the last day of the deadline
        """
        self.ensure_one()
        day = self._get_fresh_deadline()
        moves = self.item_ids.move_id.filtered(lambda move: move.amount_residual > 0)
        if moves:
            self.env["dunning.block"].place(
                moves,
                self.env.ref("mahnwesen_pro.dunning_block_reason_deadline"),
                date_end=day,
                note=self.name,
            )
            self._write_own({"date_deadline": day})
        return day

    def _get_fresh_deadline(self):
        """Return the last day to pay for what comes back."""
        self.ensure_one()
        levels = self.item_ids.move_id.dunning_level_id or self._get_first_level()
        days = max(levels.mapped("days_to_pay"), default=10)
        return self.company_id._get_dunning_deadline(days)

    def _get_first_level(self):
        partner = self.partner_id.with_company(self.company_id)
        return partner._get_dunning_policies()[partner].level_ids.sorted("rank")[:1]

    def _get_blocks(self, role):
        return self.block_ids.filtered(
            lambda block: block.complaint_role == role and not block.released
        )

    def _refresh_proposals(self):
        for company, complaints in self.grouped("company_id").items():
            notices = self.env["dunning.notice"].with_company(company)
            notices._refresh_proposals(complaints.partner_id.ids, company)
