"""Puts the figures of all steps together: a table for the screen, JSON for programs."""

import json
import sys
from pathlib import Path

#: Where the table stands in docs/performance.md.
BEGIN, END = "<!-- written by script/bench -->", "<!-- end of what script/bench writes -->"

#: What the table shows: figure, title, unit.
ROWS = (
    ("floor", "SQL floor: one statement into the same tables", "s"),
    ("floor_bare", "the same into tables without index and key", "s"),
    ("propose", "propose, untouched ledger", "s"),
    ("propose_again", "propose, a third on level 1, a third on 2", "s"),
    ("propose_replace", "the same again, replacing its proposals", "s"),
    ("memory_mb", "most memory while proposing", "MB"),
    ("approve", "approve", "s"),
    ("send", "send without drawing", "s"),
    ("letter", "one letter of one page as PDF", "s"),
    ("letter_processor", "the same in processor time", "s"),
    ("letter_kept", "one letter drawn and kept, as in sending", "s"),
    ("print", "joining letters to one PDF for printing", "s"),
    ("print_memory_mb", "most memory for that PDF", "MB"),
    ("peer", "OCA account_credit_control, three steps", "s"),
    ("propose_per_floor", "**propose / floor**", "x"),
    ("peer_per_propose", "**peer / propose**", "x"),
    ("cost_growth", "**cost of proposing an item, against the first column**", "x"),
    ("install", "installing the addon on this ledger", "s"),
    ("workers_1", "sending 200 notices, letters and all, one process", "s"),
    ("workers_2", "the same, two processes", "s"),
    ("post", "posting 200 invoices, with / without", "x"),
    ("reconcile", "reconciling 200 payments, with / without", "x"),
    ("list", "opening 400 invoice lists, with / without", "x"),
    ("form", "opening 400 invoice forms, with / without", "x"),
)


def collect(folder):
    """Return {items: {figure: spread}} from the files ``<items>.<anything>.json``."""
    figures = {}
    for path in sorted(Path(folder).glob("[0-9]*.json")):
        items = int(path.name.split(".")[0])
        figures.setdefault(items, {}).update(json.loads(path.read_text() or "{}"))
    figures = {items: {**found, **_ratios(found)} for items, found in sorted(figures.items())}
    _add_growth(figures)
    return figures


def _add_growth(figures):
    """Add what proposing an item costs, against the smallest ledger."""
    costs = {
        items: found["propose"]["median"] / items
        for items, found in figures.items()
        if "propose" in found
    }
    for items, cost in list(costs.items())[1:]:
        growth = round(cost / next(iter(costs.values())), 2)
        figures[items]["cost_growth"] = {"median": growth}


def _ratios(figures):
    """Return what the targets are about: propose against floor and peer."""
    ratios = {}
    propose = figures.get("propose", {}).get("median")
    if propose and "floor" in figures:
        ratios["propose_per_floor"] = {"median": round(propose / figures["floor"]["median"], 2)}
    if propose and "peer" in figures:
        ratios["peer_per_propose"] = {"median": round(figures["peer"]["median"] / propose, 1)}
    return ratios


def workers(folder, items, count):
    """Write how long ``count`` processes took together, from the first begin to the last end."""
    spans = [json.loads(path.read_text()) for path in Path(folder).glob(f"work.{count}.*")]
    seconds = max(span["end"] for span in spans) - min(span["begin"] for span in spans)
    result = {f"workers_{count}": {"median": round(seconds, 3)}}
    (Path(folder) / f"{items}.workers_{count}.json").write_text(json.dumps(result))


def show(figures):
    """Print the table: median, lowest and highest value per number of items."""
    for items, found in figures.items():
        print(f"\n{items:,} open items of {items // 5:,} customers".replace(",", " "))
        for name, title, unit in ROWS:
            if name in found:
                print(f"  {title.strip('*'):<54}{_cell(found[name], unit)}")


def write_page(page, figures):
    """Put the table into the page, between its two marks, in place of the one of the last time."""
    text = Path(page).read_text(encoding="utf-8")
    before, _old, after = text.partition(BEGIN)[0], *text.partition(END)[1:]
    table = "\n".join(_rows_of_page(figures))
    Path(page).write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _rows_of_page(figures):
    """Yield the lines of a Markdown table with a column for each number of items."""
    yield "| |" + "".join(f" {items:,} items |".replace(",", " ") for items in figures)
    yield "|---|" + "---:|" * len(figures)
    for name, title, unit in ROWS:
        if any(name in found for found in figures.values()):
            cells = (_page_cell(found.get(name), unit) for found in figures.values())
            yield f"| {title} |" + "".join(f" {cell} |" for cell in cells)


def _page_cell(value, unit):
    if not value:
        return ""
    text = f"{_number(value['median'])} {unit}"
    if value.get("runs", 1) > 1:
        text += f" ({_number(value['low'])} to {_number(value['high'])})"
    return text


def _number(value):
    """Return a figure with as many digits as say something.

    >>> [_number(value) for value in (0.0945, 3.4372, 169.53, 172)]
    ['0.095', '3.44', '169.5', '172']
    """
    digits = 3 if value < 1 else 2 if value < 100 else 1 if isinstance(value, float) else 0
    return str(round(value, digits))


def _cell(value, unit):
    text = f"{value['median']:>10.3f} {unit}"
    if value.get("runs", 1) > 1:
        text += f"   ({value['low']:.3f} to {value['high']:.3f}, {value['runs']} runs)"
    if "notices" in value:
        text += f"   {value['notices']} notices"
    return text


def to_json(figures):
    """Return {items: {figure: number}}, the spreads under ``details``."""
    return {
        str(items): {
            **{name: value["median"] for name, value in found.items()},
            "details": found,
        }
        for items, found in figures.items()
    }


if __name__ == "__main__":
    if sys.argv[1] == "workers":
        workers(*sys.argv[2:])
    else:
        found = collect(sys.argv[2])
        show(found)
        for target in sys.argv[3:]:
            if target.endswith(".md"):
                write_page(target, found)
            else:
                Path(target).write_text(json.dumps(to_json(found), indent=2) + "\n")
