from odoo import api, fields, models

from ..rules import wording


class DunningWord(models.Model):
    """A word or phrase that disturbs the tone of a text, and what to write instead."""

    _name = "dunning.word"
    _description = "Word of the Word Check"
    _order = "lang, kind, pattern, id"
    _rec_name = "pattern"

    lang = fields.Selection(
        [("de", "German"), ("en", "English")],
        string="Language",
        required=True,
        default=lambda self: "de" if self._get_text_lang() == "de" else "en",
        help="Texts in this language are checked for the word.",
    )
    pattern = fields.Char(
        string="Word or Phrase",
        required=True,
        help="Found as whole words, in upper and lower case. * stands for any letters: “problem*” "
        "finds “problem” and “problems”.",
    )
    kind = fields.Selection(
        [
            ("reproach", "Reproach"),
            ("pressure", "Pressure"),
            ("threat", "Threat"),
            ("vague", "Vague"),
            ("negative", "Sounds negative"),
            ("concession", "Gives way too early"),
            ("acknowledgement", "Acknowledges a debt"),
        ],
        string="Why",
        required=True,
        default="reproach",
        help="What is wrong with the word.",
    )
    friendly = fields.Boolean(default=True, help="Better not in friendly texts.")
    firm = fields.Boolean(default=True, help="Better not in firm texts.")
    final = fields.Boolean(default=True, help="Better not in final texts.")
    suggestion = fields.Text(
        string="Better Wording", required=True, help="What to write instead, in the same language."
    )
    active = fields.Boolean(default=True)

    _pattern_has_letters = models.Constraint(
        r"CHECK(pattern ~ '\w')", "Write a word or a phrase with at least one letter."
    )
    _tone_chosen = models.Constraint(
        "CHECK(friendly OR firm OR final)",
        "Choose at least one tone in which the word is better not used.",
    )
    _unique_pattern = models.UniqueIndex(
        "(lang, lower(pattern))", "This word is already in the list of its language."
    )

    @api.model
    def _get_text_lang(self):
        """Return the language of the texts as this environment reads them, in two letters."""
        return (self.env.lang or "en")[:2]

    @api.model
    def _get_words(self):
        """Return the words for the language of the texts as plain values for the rules."""
        words = self.search([("lang", "=", self._get_text_lang())])
        return [word._as_rule() for word in words]

    def _as_rule(self) -> wording.Word:
        self.ensure_one()
        tones = frozenset(tone for tone in ("friendly", "firm", "final") if self[tone])
        return wording.Word(self.pattern, tones, self.kind, self.suggestion)
