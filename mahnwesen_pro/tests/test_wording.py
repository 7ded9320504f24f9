from odoo.tests import BaseCase, tagged

from ..rules.wording import Word, check, missing_gaps

ALL = frozenset({"friendly", "firm", "final"})


def word(pattern, tones=ALL):
    return Word(pattern, tones, "reproach", "better")


@tagged("post_install", "-at_install")
class TestWording(BaseCase):
    """How words are found in a text, without database (METHOD P1, P2, R2, M2)."""

    def assertFound(self, text, pattern, *expected):
        self.assertEqual([hit.found for hit in check(text, [word(pattern)], "firm")], [*expected])

    def test_upper_and_lower_case_are_alike(self):
        self.assertFound("LEIDER, Leider, leider", "leider", "LEIDER", "Leider", "leider")

    def test_umlauts_are_letters(self):
        self.assertFound("Sie MÜSSEN. Das dürfen wir.", "müss*", "MÜSSEN")
        self.assertFound("in Kürze, in Kürzestform", "in kürze", "in Kürze")

    def test_only_whole_words_count(self):
        self.assertFound("mustard", "must")
        self.assertFound("Das Schreiben ist an Sie gerichtet.", "gerichtlich*")

    def test_star_stands_for_any_letters_on_both_sides(self):
        self.assertFound("Ihr Rechtsanwalt, Anwälte", "*anwalt*", "Rechtsanwalt")
        self.assertFound("weitere Maßnahmen", "weitere* maßnahme*", "weitere Maßnahmen")

    def test_hyphen_ends_a_word(self):
        self.assertFound("ein Schufa-Eintrag", "schufa*", "Schufa")

    def test_phrase_is_found_across_the_end_of_a_line(self):
        self.assertFound("Sie haben es nicht \nbezahlt", "nicht bezahlt", "nicht bezahlt")

    def test_point_and_star_in_a_pattern_are_plain_characters_for_the_search(self):
        self.assertFound("ggf. oder ggfs", "ggf.", "ggf.")

    def test_gap_is_never_a_hit(self):
        self.assertFound("{deadline} und deadline", "deadline", "deadline")
        self.assertFound("nicht {total} bezahlt", "nicht bezahlt")

    def test_other_tones_are_left_alone(self):
        final_only = word("must", frozenset({"final"}))
        self.assertEqual(check("You must pay.", [final_only], "firm"), [])
        self.assertEqual(len(check("You must pay.", [final_only], "final")), 1)

    def test_hits_come_in_the_order_of_reading_with_their_lines(self):
        text = "Dear customer,\n\n  you must pay at once.\nYou must!"
        hits = check(text, [word("at once"), word("must")], "firm")
        self.assertEqual(
            [(hit.number, hit.line, hit.found) for hit in hits],
            [
                (3, "you must pay at once.", "must"),
                (3, "you must pay at once.", "at once"),
                (4, "You must!", "must"),
            ],
        )

    def test_empty_text_and_empty_list_are_clean(self):
        self.assertEqual(check("", [word("must")], "firm"), [])
        self.assertEqual(check("You must pay.", [], "firm"), [])

    def test_missing_gaps_are_named_in_order(self):
        self.assertEqual(missing_gaps("Please pay.", ("total", "deadline")), ["total", "deadline"])
        self.assertEqual(missing_gaps("By {deadline}: {total}.", ("total", "deadline")), [])
        self.assertEqual(missing_gaps("  \n", ("deadline",)), [])
