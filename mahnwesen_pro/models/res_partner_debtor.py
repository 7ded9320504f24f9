from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..rules import debtor


class ResPartner(models.Model):
    """What kind of customer it is in law, how that was determined, and what the data suggest."""

    _inherit = "res.partner"

    dunning_debtor_note = fields.Char(
        string="How Determined",
        readonly=True,
        copy=False,
        help="Who said when what kind of customer it is, and by which sign.",
        prefetch="dunning",
    )
    dunning_debtor_hint = fields.Char(string="Suggestion", compute="_compute_dunning_debtor_hint")

    @api.depends("name", "is_company", "vat", "company_registry", "dunning_debtor_type")
    @api.depends_context("lang")
    def _compute_dunning_debtor_hint(self):
        kinds = dict(self._fields["dunning_debtor_type"]._description_selection(self.env))
        for partner in self:
            found = partner._suggest_dunning_debtor()
            fits = not found or found.debtor == partner.dunning_debtor_type
            partner.dunning_debtor_hint = not fits and self.env._(
                "Looks like “%(kind)s”: %(sign)s.",
                kind=kinds[found.debtor],
                sign=partner._get_dunning_debtor_sign(found),
            )

    def _suggest_dunning_debtor(self):
        """Return a :class:`debtor.Suggestion` from the data of the contact, or None."""
        self.ensure_one()
        is_leitweg = "peppol_eas" in self._fields and self.peppol_eas == "0204"
        return debtor.suggest(
            self.name or "",
            self.is_company,
            self.vat or "",
            self.company_registry or "",
            (is_leitweg and self.peppol_endpoint) or "",
        )

    def _get_dunning_debtor_sign(self, found):
        """Return what a suggestion was read from, in words."""
        sentences = {
            "leitweg": self.env._("Leitweg-ID %s", found.detail),
            "public_word": self.env._("the name begins with “%s”", found.detail),
            "vat": self.env._("VAT number %s", found.detail),
            "registry": self.env._("register number %s", found.detail),
            "legal_form": self.env._("legal form “%s” in the name", found.detail),
            "person": self.env._("a person without VAT or register number"),
        }
        return sentences[found.sign]

    @api.model_create_multi
    def create(self, vals_list):
        note = self._get_dunning_debtor_note()
        return super().create(
            [
                {"dunning_debtor_note": note, **vals}
                if vals.get("dunning_debtor_type", "unknown") != "unknown"
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if "dunning_debtor_type" in vals and "dunning_debtor_note" not in vals:
            vals = {**vals, "dunning_debtor_note": self._get_dunning_debtor_note()}
        return super().write(vals)

    def _get_dunning_debtor_note(self, sign=""):
        """Return who determined the type today, in the words of the company."""
        day = format_date(self.env, fields.Date.context_today(self))
        values = {"user": self.env.user.name, "day": day, "sign": sign}
        if sign:
            return self.env._("%(sign)s; taken by %(user)s on %(day)s", **values)
        return self.env._("Chosen by %(user)s on %(day)s", **values)

    def action_dunning_take_suggestion(self):
        """Take what the data suggest as the type of these customers, and note by which sign."""
        if not self.env.user.has_group("mahnwesen_pro.group_dunning_clerk"):
            raise AccessError(self.env._("Only dunning clerks may determine the customer type."))
        for partner in self:
            found = partner._suggest_dunning_debtor()
            if found:
                sign = partner._get_dunning_debtor_sign(found)
                keeper = partner.sudo()  # a clerk may have no right to edit contacts
                keeper.write(
                    {
                        "dunning_debtor_type": found.debtor,
                        "dunning_debtor_note": partner._get_dunning_debtor_note(
                            sign[:1].upper() + sign[1:]
                        ),
                    }
                )
        return True
