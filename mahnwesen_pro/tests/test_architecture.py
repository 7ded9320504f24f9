import ast
import csv
from pathlib import Path

from lxml import etree

from odoo.tests import BaseCase, tagged

ADDON = Path(__file__).parents[1]

#: Lines a file may have; whoever needs more has two subjects in it.
LONGEST_FILE = 700

#: The rooms from left to right with the models that live there (docs: “rooms and direction”).
#: A model that is not named here belongs to the room whose name its own begins with.
ROOMS = (
    "policy",
    "block",
    "notice",
    "run",
    "claim",
    "call",
    "promise",
    "complaint",
    "collection",
    "report",
)
LIVES_IN = {
    "dunning.base": "policy",
    "dunning.ledger": "notice",
    "dunning.level": "policy",
    "dunning.word": "policy",
    "dunning.wording": "policy",
    "dunning.delivery": "notice",
    "dunning.facts": "notice",
    "dunning.letter": "notice",
    "dunning.limitation": "collection",
    "dunning.pause": "block",
    "dunning.portal": "notice",
    "dunning.pricing": "notice",
    "dunning.schedule": "notice",
    "dunning.sentence": "notice",
    "dunning.stops": "notice",
    "dunning.veto": "block",
    "dunning.advice": "collection",
    "dunning.card": "report",
    "dunning.excuse": "call",
    "dunning.retention": "call",
    "dunning.agreement": "promise",
    "dunning.installment": "promise",
    "dunning.timeline": "report",
    **{f"dunning.{room}": room for room in ROOMS},
}

#: Where a room looks to its right all the same, and why.
LOOKS_RIGHT = {
    ("dunning.level", "dunning.notice.line"): "a level that was used is not deleted",
}


class Source:
    """One Python file of the addon: its tree and its lines."""

    def __init__(self, path):
        self.name = str(path.relative_to(ADDON))
        text = path.read_text(encoding="utf-8")
        self.tree = ast.parse(text)
        self.lines = text.splitlines()

    def classes(self):
        return [node for node in self.tree.body if isinstance(node, ast.ClassDef)]

    def calls(self, method):
        """Return the calls of methods with this name."""
        return [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == method
        ]

    def has_comment_near(self, call):
        """Whether a comment stands before the call or on one of its lines."""
        last = call.func.end_lineno
        return any("# " in line for line in self.lines[max(0, call.lineno - 2) : last + 1])


def sources(*folders):
    return [Source(path) for folder in folders for path in sorted((ADDON / folder).glob("*.py"))]


def class_value(node, name):
    """Return the plain value assigned to a name in a class, None where there is none."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == name:
            return ast.literal_eval(statement.value)
    return None


def has_field(node, name):
    return any(
        isinstance(statement, ast.Assign) and statement.targets[0].id == name
        for statement in node.body
    )


def model_of(node):
    """Return the name of our model that a class defines or extends; None for core models."""
    name = class_value(node, "_name") or class_value(node, "_inherit")
    return name if isinstance(name, str) and name.startswith("dunning.") else None


def home_of(source, node):
    """Return the model whose room a class stands in.

    A class that only extends stands in the room that its file is named after: so a room on the
    right extends a room on its left.
    """
    own, file = class_value(node, "_name"), Path(source.name).stem.replace("_", ".")
    return file if model_of(node) and not own and file.startswith("dunning.") else model_of(node)


def room_of(model):
    """Return the room of a model as a number from the left; wizards, open to all, have None."""
    if model.endswith((".wizard", ".wizard.line")):
        return None
    homes = [home for home in LIVES_IN if model == home or model.startswith(f"{home}.")]
    if not homes:
        raise LookupError(f"{model} lives in no room: say in which one, in LIVES_IN")
    return ROOMS.index(LIVES_IN[max(homes, key=len)])


def named_models(node):
    """Return the models of ours that a class asks for by ``self.env["dunning..."]``."""
    return {
        found.slice.value
        for found in ast.walk(node)
        if isinstance(found, ast.Subscript)
        and isinstance(found.value, ast.Attribute)
        and found.value.attr == "env"
        and isinstance(found.slice, ast.Constant)
        and str(found.slice.value).startswith("dunning.")
    }


@tagged("post_install", "-at_install")
class TestArchitecture(BaseCase):
    """What a reader may rely on wherever he opens the addon."""

    def test_rooms_know_only_what_lies_to_their_left(self):
        looks = set()
        files = sources("models", "report")
        for source, node in [(file, node) for file in files for node in file.classes()]:
            model = home_of(source, node)
            looks |= {(model, other) for other in named_models(node) if model and model != other}
        self.assertTrue(looks)
        ways = [(model, other) for model, other in looks if room_of(other) is not None]
        right = {(model, other) for model, other in ways if room_of(other) > room_of(model)}
        self.assertEqual(right, LOOKS_RIGHT.keys())

    def test_whoever_works_as_superuser_says_why(self):
        folders = ("models", "wizards", "report", "controllers")
        silent = [
            f"{source.name}:{call.func.end_lineno}"
            for source in sources(*folders)
            for call in source.calls("sudo")
            if not call.args and not source.has_comment_near(call)
        ]
        self.assertFalse(silent)

    def test_only_odoo_commits_and_sql_goes_through_its_builder(self):
        for source in sources(".", "models", "wizards", "report", "controllers", "rules"):
            with self.subTest(file=source.name):
                self.assertFalse(source.calls("commit"))
                self.assertFalse(source.calls("execute"))
        for source in sources("models"):
            for node in ast.walk(source.tree):
                if isinstance(node, ast.FunctionDef) and node.name != "_insert":
                    self.assertNotIn("execute_values", ast.dump(node), f"{source.name} {node.name}")

    def test_every_model_has_an_access_right_and_its_company_a_rule(self):
        with (ADDON / "security" / "ir.model.access.csv").open(encoding="utf-8") as file:
            granted = {row["model_id:id"] for row in csv.DictReader(file)}
        guarded = self._company_guarded()
        for source in sources("models", "wizards", "report"):
            for node in source.classes():
                name, kinds = class_value(node, "_name"), {ast.unparse(base) for base in node.bases}
                if (
                    not name
                    or name == class_value(node, "_inherit")
                    or "models.AbstractModel" in kinds
                ):
                    continue
                reference = f"model_{name.replace('.', '_')}"
                with self.subTest(model=name):
                    self.assertIn(reference, granted)
                    if not self._is_a(node, "TransientModel") and has_field(node, "company_id"):
                        self.assertIn(reference, guarded)

    def _has_table(self, node):
        """Whether the class defines a model that keeps records, rather than extending one."""
        name, parents = class_value(node, "_name"), class_value(node, "_inherit") or ()
        return name and name not in parents and not self._is_a(node, "AbstractModel")

    @staticmethod
    def _is_a(node, kind):
        return f"models.{kind}" in {ast.unparse(base) for base in node.bases}

    @staticmethod
    def _company_guarded():
        """Return the models with a rule for everybody that looks at the company."""
        tree = etree.parse(str(ADDON / "security" / "dunning_rules.xml"))
        return {
            rule.find("field[@name='model_id']").get("ref")
            for rule in tree.iterfind(".//record[@model='ir.rule']")
            if rule.find("field[@name='groups']") is None
            and "company_ids" in rule.findtext("field[@name='domain_force']", "")
        }

    def test_every_test_class_has_tests_of_its_own_and_is_tagged(self):
        for source in sources("tests"):
            for node in source.classes():
                if not node.name.startswith("Test"):
                    continue
                with self.subTest(test=node.name):
                    own = [
                        statement
                        for statement in node.body
                        if isinstance(statement, ast.FunctionDef)
                        and statement.name.startswith("test_")
                    ]
                    self.assertTrue(own)
                    tags = [ast.unparse(decorator) for decorator in node.decorator_list]
                    self.assertTrue(any("'-at_install'" in tag for tag in tags), tags)

    def test_every_test_module_is_imported(self):
        imported = {
            alias.name
            for node in Source(ADDON / "tests" / "__init__.py").tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        written = {path.stem for path in (ADDON / "tests").glob("test_*.py")}
        self.assertEqual(imported, written)

    def test_no_file_is_too_long_to_be_read_at_once(self):
        long = {
            str(path.relative_to(ADDON)): lines
            for pattern in ("**/*.py", "static/**/*.js", "views/*.xml", "report/*.xml")
            for path in ADDON.glob(pattern)
            if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
        }
        self.assertFalse(long)

    def test_every_file_of_the_manifest_exists_and_every_view_is_in_it(self):
        manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text(encoding="utf-8"))
        listed = set(manifest["data"])
        self.assertFalse([name for name in listed if not (ADDON / name).exists()])
        written = {
            str(path.relative_to(ADDON))
            for folder in ("data", "report", "security", "views", "wizards")
            for path in (ADDON / folder).glob("*.xml")
        }
        self.assertFalse(written - listed)
