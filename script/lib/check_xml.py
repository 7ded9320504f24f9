"""Checks the addon's files: XML is well formed, the manifest names what exists and nothing else.

usage: check_xml.py ADDON_FOLDER
"""

import ast
import sys
from pathlib import Path

from lxml import etree

# Files in these folders do something only if the manifest names them.
LOADED = ("data", "demo", "report", "security", "views", "wizards")


def find_broken_xml(addon):
    for path in sorted(addon.rglob("*.xml")):
        try:
            etree.parse(path)
        except etree.XMLSyntaxError as error:
            yield f"{path}: {error}"


def find_manifest_gaps(addon):
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))
    named = [*manifest.get("data", []), *manifest.get("demo", [])]
    for name in named:
        if not (addon / name).is_file():
            yield f"__manifest__.py names {name}, which does not exist"
        if named.count(name) > 1:
            yield f"__manifest__.py names {name} twice"
    for folder in LOADED:
        for path in sorted((addon / folder).glob("*")):
            name = path.relative_to(addon).as_posix()
            if path.suffix in (".xml", ".csv") and name not in named:
                yield f"__manifest__.py does not name {name}"
    for bundle, patterns in manifest.get("assets", {}).items():
        for pattern in patterns:
            glob = pattern if isinstance(pattern, str) else pattern[-1]
            inside = glob.removeprefix(f"{addon.name}/")
            if inside != glob and not any(addon.glob(inside)):
                yield f"__manifest__.py: no file for {glob} in {bundle}"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    problems = [*find_broken_xml(folder), *find_manifest_gaps(folder)]
    print("\n".join(problems))
    sys.exit(bool(problems))
