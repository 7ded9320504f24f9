from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..rules import wording

MANAGER = "mahnwesen_pro.group_dunning_manager"

#: How many findings a message lists before it only counts the rest.
LISTED = 5


class Finding(NamedTuple):
    """One objection: the text's label, line number and line, the words, why, what to write instead.

    ``number`` is 0 when something is missing in the text as a whole.
    """

    label: str
    number: int
    line: str
    found: str
    why: str
    better: str


class DunningWordingMixin(models.AbstractModel):
    """For models with texts that customers read: the texts are checked against their tone.

    The check reads the language in which the texts are edited. A manager keeps a text that the
    check objects to by giving a reason.
    """

    _name = "dunning.wording.mixin"
    _description = "Texts under the Word Check"

    wording_reason = fields.Char(
        string="Keep the Wording because",
        help="A text that the word check objects to is kept when a manager gives the reason.",
    )
    wording_hits = fields.Html(string="Word Check", compute="_compute_wording_hits")
    wording_hit_count = fields.Integer(string="Objections", compute="_compute_wording_hits")

    @api.model
    def _get_wording_texts(self):
        """Return the names of the checked text fields."""
        return ()

    def _get_wording_tone(self):
        """Return the tone of the record's texts: friendly, firm or final."""
        self.ensure_one()
        return "friendly"

    def _get_wording_needs(self):
        """Return what the texts have to name, as pairs (names of texts, gaps).

        Each gap stands in at least one of the texts, unless all of them are empty.
        """
        return ()

    @api.model
    def _get_wording_triggers(self):
        """Return the fields on which the result of the check depends."""
        return [*self._get_wording_texts(), *(name for name in ("tone",) if name in self._fields)]

    @api.depends(lambda self: self._get_wording_triggers())
    @api.depends_context("lang")
    def _compute_wording_hits(self):
        for record, findings in self._get_wording_findings().items():
            record.wording_hit_count = len(findings)
            record.wording_hits = findings and self.env["ir.qweb"]._render(
                "mahnwesen_pro.dunning_wording_hits", {"findings": findings}
            )

    @api.constrains(lambda self: [*self._get_wording_triggers(), "wording_reason"])
    def _check_wording(self):
        unexplained = self.filtered(lambda record: not record.wording_reason)
        for record, findings in unexplained._get_wording_findings().items():
            if findings:
                raise ValidationError(record._get_wording_message(findings))

    @api.constrains("wording_reason")
    def _check_wording_reason(self):
        if any(self.mapped("wording_reason")) and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a dunning manager can keep a text that the word check objects to.")
            )

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        """Check a text in every language in which it was just translated."""
        result = super()._update_field_translations(field_name, translations, digest, source_lang)
        if field_name in self._get_wording_texts():
            for lang in translations:
                self.with_context(lang=lang)._check_wording()
        return result

    def _get_wording_findings(self):
        """Return the :class:`Finding` list of each record."""
        words = self.env["dunning.word"]._get_words()
        return {
            record: [*record._get_word_findings(words), *record._get_gap_findings()]
            for record in self
        }

    def _get_word_findings(self, words):
        self.ensure_one()
        tone = self._get_wording_tone()
        why = dict(self.env["dunning.word"]._fields["kind"]._description_selection(self.env))
        return [
            Finding(
                self._get_text_label(name),
                hit.number,
                hit.line,
                hit.found,
                why[hit.word.kind],
                hit.word.better,
            )
            for name in self._get_wording_texts()
            for hit in wording.check(self[name] or "", words, tone)
        ]

    def _get_gap_findings(self):
        self.ensure_one()
        why = self.env._("Missing")
        return [
            Finding(self._get_text_label(names[0]), 0, "", "", why, self._get_gap_advice(gap))
            for names, gaps in self._get_wording_needs()
            for gap in wording.missing_gaps("\n".join(self[name] or "" for name in names), gaps)
        ]

    def _get_text_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _get_gap_advice(self, gap):
        """Return the sentence that asks for a missing gap."""
        if gap == "deadline":
            return self.env._("Name the day by which to pay: {deadline}.")
        if gap == "total":
            return self.env._("Name the sum to pay: {total}.")
        if gap == "next_date":
            return self.env._(
                "Say what follows without payment, and when: {next_level}, {next_date}."
            )
        return self.env._("Name {%s}.", gap)

    def _get_wording_message(self, findings):
        """Return what the check objects to, line by line, and how to go on."""
        lines = [self._get_finding_line(finding) for finding in findings[:LISTED]]
        if len(findings) > LISTED:
            lines.append(self.env._("… and %s more", len(findings) - LISTED))
        return self.env._(
            "The wording of “%(record)s” can be better:\n\n%(findings)s\n\n"
            "Change the text. Or let a manager keep it: fill in “Keep the Wording because”.",
            record=self.display_name,
            findings="\n".join(lines),
        )

    def _get_finding_line(self, finding):
        if not finding.number:
            return self.env._("• %(text)s: %(better)s", text=finding.label, better=finding.better)
        return self.env._(
            "• %(text)s, line %(number)s: “%(found)s”. Better: %(better)s",
            text=finding.label,
            number=finding.number,
            found=finding.found,
            better=finding.better,
        )
