import ast
import doctest
import importlib
import pkgutil
from pathlib import Path

from odoo.tests import BaseCase, tagged

from .. import rules


@tagged("post_install", "-at_install")
class TestRules(BaseCase):
    """The plain rules: their examples are right, and they know nothing of Odoo."""

    def test_the_examples_of_every_rule_are_right(self):
        for name in self._names():
            with self.subTest(rule=name):
                result = doctest.testmod(importlib.import_module(f"{rules.__name__}.{name}"))
                self.assertEqual(result.failed, 0)
                self.assertGreater(result.attempted, 0, "a rule without an example")

    def test_no_rule_imports_odoo_or_reads_a_clock(self):
        for path in sorted(Path(rules.__path__[0]).glob("*.py")):
            with self.subTest(rule=path.stem):
                tree = ast.parse(path.read_text(encoding="utf-8"))
                self.assertFalse(
                    self._imported(tree) & {"odoo", "psycopg2", "time", "os", "random"}
                )
                called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
                self.assertFalse(called & {"today", "now", "utcnow"}, "the day is passed in")

    @staticmethod
    def _names():
        return [module.name for module in pkgutil.iter_modules(rules.__path__)]

    @staticmethod
    def _imported(tree):
        """Return the first parts of the names that a module imports from elsewhere."""
        names = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.split(".")[0])
        return names
