"""Runs the examples in the addon's plain rules, in an interpreter that knows no Odoo.

usage: rules_doctest.py ADDON_FOLDER

Ends with "N passed, N failed", counting examples. A rule that imports Odoo fails.
"""

import doctest
import importlib
import pkgutil
import sys


def main(addon):
    sys.path.append(
        addon
    )  # the rules are a package of their own there: importing the addon would import Odoo
    package = importlib.import_module("rules")
    names = ["rules", *(m.name for m in pkgutil.walk_packages(package.__path__, "rules."))]
    passed = failed = 0
    for name in names:
        result = doctest.testmod(importlib.import_module(name))
        passed += result.attempted - result.failed
        failed += result.failed
    if foreign := sorted(name for name in sys.modules if name.split(".")[0] == "odoo"):
        print(f"A rule imports Odoo: {foreign[0]}")
        failed += 1
    if not passed:
        print("The rules have no examples.")
        failed += 1
    print(f"{passed} passed, {failed} failed")


if __name__ == "__main__":
    main(sys.argv[1])
