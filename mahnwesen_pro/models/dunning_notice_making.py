from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..rules import workdays
from ..tools import to_decimal


class DunningNoticeMaking(models.AbstractModel):
    """From the drafts of the rules to stored notices, in bulk, and their replacement."""

    _name = "dunning.notice.making"
    _description = "Making of Dunning Notices"

    @api.model
    def _propose(self, run, drafts, state="proposed"):
        """Store :class:`bundling.Draft` letters as notices of ``run`` and return them."""
        if not drafts:
            return self.browse()
        quiet = self.sudo().with_context(  # notices are made by runs only, never by hand
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        deadlines = self._get_deadlines(run, {draft.level.days_to_pay for draft in drafts})
        customers = self.env["res.partner"].browse({draft.debtor.partner_id for draft in drafts})
        clerks = customers._get_dunning_clerks(run.company_id)
        notices = quiet.create(
            [
                {
                    "run_id": run.id,
                    "state": state,
                    "date": run.date,
                    "date_deadline": deadlines[draft.level.days_to_pay],
                    **self._prepare_addressee_vals(run.company_id, draft, clerks),
                    **self._prepare_draft_vals(draft),
                }
                for draft in drafts
            ]
        )
        self._insert_parts(dict(zip(notices.ids, drafts, strict=True)))
        return self.browse(notices.ids)

    def _get_deadlines(self, run, periods):
        """Return {days to pay: last day to pay} for letters of the run's day."""
        holidays = run.company_id._dunning_holidays(run.date, run.date + timedelta(days=366))
        return {days: workdays.deadline(run.date, days, holidays) for days in periods}

    def _prepare_addressee_vals(self, company, draft, clerks):
        """Return who writes a draft to whom, how and in which language."""
        partner = self.env["res.partner"].browse(draft.debtor.partner_id)
        addressee = partner.browse(draft.debtor.addressee_id)
        return {
            "company_id": company.id,
            "partner_id": partner.id,
            "addressee_id": addressee.id,
            "currency_id": draft.currency_id,
            "lang": addressee.lang or partner.lang or company.partner_id.lang or "en_US",
            "user_id": clerks[partner].id,
            "send_email": draft.channels.email,
            "send_letter": draft.channels.letter,
        }

    @api.model
    def _prepare_draft_vals(self, draft):
        """Return level and sums of a draft; claims less credits plus charges is the total."""
        claims = sum(claim.amount for claim in draft.claims)
        credits_ = sum(credit.deducted for credit in draft.credits)
        charges = draft.amount_charges
        return {
            "level_id": draft.level.id,
            "rank": draft.level.rank,
            "amount_claims": float(claims),
            "amount_credits": float(credits_),
            "amount_charges": float(charges),
            "amount_total": float(claims - credits_ + charges),
        }

    @api.model
    def _insert_parts(self, drafts, waivers=None):
        """Store lines and charges for {notice id: draft}.

        :param waivers: who waived which charge, see ``dunning.notice.charge``
        """
        Line, Charge = self.env["dunning.notice.line"], self.env["dunning.notice.charge"]
        items = [claim.item.line_id for draft in drafts.values() for claim in draft.claims]
        credits_ = [credit.line_id for draft in drafts.values() for credit in draft.credits]
        originals = Line._get_originals(items + credits_)
        rows, charges = [], []
        for notice in self.browse(drafts):
            draft, head = drafts[notice.id], (notice.id, notice.state, notice.company_id.id)
            for claim in draft.claims:
                item = claim.item
                amounts = (originals[item.line_id], item.residual, claim.amount)
                level = (claim.level.id, claim.level.rank)
                rows.append(
                    (*head, "claim", item.move_id, item.line_id, item.due, *amounts, *level)
                )
            for credit in draft.credits:
                amounts = (originals[credit.line_id], credit.amount, credit.deducted)
                item = (credit.move_id, credit.line_id, credit.due)
                rows.append((*head, "credit", *item, *amounts, None, 0))
            charges += [
                Charge._prepare_charge_vals(notice.id, one, waivers) for one in draft.charges
            ]
        self.env.flush_all()
        Line._insert(rows)
        Charge.sudo().create(charges)  # parts of a notice, see above

    @api.model
    def _discard_proposals(self, company, partner_ids=None, state="proposed"):
        """Delete untouched proposals, so that a run can make them anew. Lines go along."""
        domain = [
            ("company_id", "=", company.id),
            ("state", "=", state),
            ("is_edited", "=", False),
            ("first_approved_by_id", "=", False),
        ]
        if partner_ids is not None:
            domain.append(("partner_id", "in", list(partner_ids)))
        found = self.sudo().search(domain)  # proposals are the run's own, whoever made them
        found._delete_parts()
        found.unlink()

    def _delete_parts(self):
        """Delete the lines of proposals in bulk. They were never sent, so no invoice depends on
        them; with the ORM each of their invoices would be computed again.
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL("DELETE FROM dunning_notice_line WHERE notice_id = ANY(%s)", self.ids)
        )
        self.env["dunning.notice.line"].invalidate_model(flush=False)
        self.invalidate_recordset(["line_ids", "claim_ids", "credit_ids"], flush=False)

    def _apply_draft(self, draft):
        """Make the notice say what ``draft`` (a :class:`bundling.Draft`) says."""
        self.ensure_one()
        parts = self.sudo()  # the parts of a notice are written by its own methods only
        waivers = parts.charge_ids._get_waivers()
        parts.line_ids.unlink()
        parts.charge_ids.unlink()
        vals = self._prepare_draft_vals(draft)
        if self._has_no_way_for_letter():
            vals |= {"send_email": draft.channels.email, "send_letter": draft.channels.letter}
        self._write_own(vals)
        self._insert_parts({self.id: draft}, waivers)

    @api.model
    def _refresh_proposals(self, partner_ids, company):
        """Bring open proposals of customers up to date: those a person has changed, or all of
        them after something was paused.
        """
        proposals = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", list(partner_ids)),
                ("state", "=", "proposed"),
            ]
        )
        for notice, result in proposals._recheck(company._dunning_today()).items():
            if not result.draft:
                notice._drop(result)
            elif result.differences or notice._is_outdated(result.draft):
                notice._apply_draft(result.draft)
                notice._write_own({"first_approved_by_id": False})

    def _is_outdated(self, draft):
        """Whether lines, sums or ways differ from the draft."""
        shown = {line.move_line_id.id: to_decimal(line.amount_open) for line in self.claim_ids}
        shown |= {
            line.move_line_id.id: to_decimal(line.amount_residual) for line in self.credit_ids
        }
        drafted = {claim.item.line_id: claim.amount for claim in draft.claims}
        drafted |= {credit.line_id: credit.amount for credit in draft.credits}
        other_sum = to_decimal(self.amount_total) != draft.total
        return shown != drafted or other_sum or self._has_no_way_for_letter()

    def _has_no_way_for_letter(self):
        """Whether a letter is wanted, but letters to the address came back meanwhile."""
        return self.send_letter and not self.addressee_id._has_dunning_address()
