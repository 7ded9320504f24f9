import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .collection_common import CollectionCommon

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE answers [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>
<answers xmlns="urn:mahnwesen-pro:collection-answer:1"><answer>&c;</answer></answers>"""
FETCHING = b"""<!DOCTYPE answers SYSTEM "http://example.com/x.dtd">
<answers xmlns="urn:mahnwesen-pro:collection-answer:1"/>"""


@tagged("post_install", "-at_install")
class TestCollectionAnswers(CollectionCommon):
    """What an agency sends is taken as a whole or not at all, every wrong line with its reason."""

    def setUp(self):
        super().setUp()
        with self.at(-5):
            self.case = self.hand_over(self.exhausted())

    def wizard(self, content, name="answers.csv"):
        content = content.encode() if isinstance(content, str) else content
        return (
            self.env["dunning.collection.answer.wizard"]
            .with_user(self.head)
            .create({"file": base64.b64encode(content), "file_name": name})
        )

    def preview(self, content):
        wizard = self.wizard(content)
        wizard.action_preview()
        return wizard

    def problems(self, content):
        wizard = self.preview(content)
        with self.assertRaisesRegex(UserError, "Some lines are wrong"):
            wizard.action_import()
        return dict(
            wizard.line_ids.filtered("problem").mapped(lambda line: (line.number, line.problem))
        )

    def lines(self, *rows):
        return "\n".join(["case;type;date;amount;agency reference;note", *rows])

    def test_a_file_of_nothing_but_a_byte_order_mark_is_empty(self):
        for content in (b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\xa0\xa0"):
            with self.assertRaisesRegex(UserError, "The file is empty"):
                self.wizard(content).action_preview()

    def test_xml_with_a_byte_order_mark_is_read_as_xml(self):
        answers = (
            '<answers xmlns="urn:mahnwesen-pro:collection-answer:1">'
            f'<answer case="{self.case.name}" type="accepted" date="2026-11-19"/></answers>'
        )
        wizard = self.preview(b"\xef\xbb\xbf" + answers.encode())
        self.assertEqual((wizard.line_count, wizard.problem_count), (1, 0))

    def test_the_answers_of_an_agency_are_taken_over(self):
        name = self.case.name
        wizard = self.preview(
            self.lines(
                f"{name};accepted;2026-11-19;;AZ 99;",
                f"{name};Zahlung;20.11.2026;250,00;AZ 99;first money",
                f"{name};instalments;2026-11-21;100.00;;ten of them",
                f"{name};cost;2026-11-21;100.44;;",
            )
        )
        self.assertEqual((wizard.line_count, wizard.problem_count), (4, 0))
        wizard.action_import()
        self.assertEqual(self.case.agency_ref, "AZ 99")
        self.assertEqual(self.case.state, "instalments")
        self.assertEqual((self.case.amount_agency, self.case.amount_cost), (250, 100.44))

    def test_xml_by_the_published_schema(self):
        self.wizard(
            f"""<answers xmlns="urn:mahnwesen-pro:collection-answer:1">
            <answer case="{self.case.name}" type="closed" date="2026-11-22"
            >Nothing to be had</answer>
            </answers>"""
        ).action_import()
        self.assertEqual((self.case.state, self.case.close_reason), ("closed", "Nothing to be had"))
        self.assertFalse(any(self.case.block_ids.mapped("released")))

    def test_every_wrong_line_is_named(self):
        name = self.case.name
        problems = self.problems(
            self.lines(
                "IK/2020/1;payment;2026-11-20;10;;",
                f"{name};payment;2026-11-20;1000.01;;",
                f"{name};greeting;2026-11-20;;;",
                f"{name};payment;soon;10;;",
                f"{name};payment;2027-01-01;10;;",
                f"{name};payment;2026-11-20;ten;;",
                f"{name};payment;2026-10-01;10;;",
                f"{name};payment;2026-11-20;600;;",
                f"{name};payment;2026-11-20;600;;again",
                f"{name};payment;2026-11-21;600;;",
            )
        )
        words = {
            2: "There is no case",
            3: "More than what is open",
            4: "type is not known",
            5: "cannot be read",
            6: "future",
            7: "amount",
            8: "not handed over on that day",
            10: "twice",
            11: "More than what is open",
        }
        self.assertEqual(problems.keys(), words.keys())
        for number, word in words.items():
            self.assertIn(word, problems[number])
        self.assertEqual(self.case.amount_agency, 0)

    def test_the_same_file_again_changes_nothing(self):
        text = self.lines(f"{self.case.name};payment;2026-11-20;250;;")
        self.wizard(text).action_import()
        self.assertIn("recorded already", self.problems(text)[2])
        self.assertEqual(self.case.amount_agency, 250)

    def test_what_an_agency_remits_leaves_it_free_to_report_the_rest(self):
        first = self.lines(f"{self.case.name};payment;2026-11-20;400;;")
        self.wizard(first).action_import()
        with self.mock_mail_gateway():
            self.pay(self.case.item_ids.move_id, 400)
            self.case.action_check_payments()
        self.assertEqual(self.case.state, "partly_paid")
        told = self.case.event_ids.filtered(lambda event: event.kind == "payment_here")
        self.assertFalse(told, "it knows what it has remitted itself")
        rest = self.lines(f"{self.case.name};payment;2026-11-21;600;;")
        self.wizard(rest).action_import()
        self.assertEqual(self.case.amount_agency, 1000)
        too_much = self.lines(f"{self.case.name};payment;2026-11-22;0.01;;")
        self.assertIn("More than what is open", self.problems(too_much)[2])

    def test_what_was_paid_to_us_is_told_beside_what_the_agency_remits(self):
        self.wizard(self.lines(f"{self.case.name};payment;2026-11-20;400;;")).action_import()
        self.pay(self.case.item_ids.move_id, 550)
        self.case.action_check_payments()
        told = self.case.event_ids.filtered(lambda event: event.kind == "payment_here")
        self.assertEqual(told.mapped("amount"), [150])
        rest = self.lines(f"{self.case.name};payment;2026-11-21;450.01;;")
        self.assertIn("More than what is open", self.problems(rest)[2])

    def test_entity_bombs_and_strangers_are_refused(self):
        for content, words in (
            (BOMB, "refused for safety"),
            (FETCHING, "refused for safety"),
            (b"<answers><answer>", "not well-formed"),
            (b"<html/>", "another format"),
            (b"name;sum\nx;1", "Missing: case, kind, date"),
            (b"  ", "empty"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.wizard(content).action_preview()
        self.assertEqual(self.case.state, "handed_over")

    def test_deep_xml_is_refused(self):
        deep = b"<a>" * 100000 + b"</a>" * 100000
        with self.assertRaises(UserError):
            self.wizard(deep).action_preview()

    def test_ten_thousand_lines_are_checked_and_change_nothing(self):
        wizard = self.preview(
            self.lines(*(f"IK/2020/{n};payment;2026-11-20;10;;" for n in range(10000)))
        )
        self.assertEqual((wizard.line_count, wizard.problem_count), (10000, 10000))
        self.assertEqual(len(wizard.line_ids), 100)
        self.assertEqual(len(self.case.event_ids), 1)

    def test_a_case_of_another_company_is_not_known(self):
        other = self.env["res.company"].sudo().create({"name": "Schwester GmbH"})
        self.head.sudo().company_ids += other
        wizard = self.wizard(self.lines(f"{self.case.name};accepted;2026-11-20;;;"))
        wizard.company_id = other
        wizard.action_preview()
        self.assertIn("There is no case", wizard.line_ids.problem)
