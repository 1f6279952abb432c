"""Looks at what gloss exported with translate-toolkit and libxml2.

    toolkit.py check DIR    every XLIFF and the TMX in DIR: well-formed, parsed, the same pairs, pofilter against findings
    toolkit.py edit DIR     changes one machine answer in one XLIFF, approves it, prints the file
    toolkit.py stands DIR   that answer stands in the output, once

Exits with 1 and says what does not hold.
"""

import collections
import pathlib
import sys

from lxml import etree
from translate.filters import checks
from translate.storage import tmx, xliff

MARK = "Esta frase foi corrigida à mão numa ferramenta de tradução."

# pofilter's test, and the check of gloss that looks for the same.
SAME = {"numbers": "numbers", "urls": "urls", "emails": "emails", "blank": "empty", "unchanged": "identical"}

# Shorter texts that stay as they are (names, places, times) are no finding for gloss, by design.
SHORTEST_UNCHANGED = 40

# pofilter compares numbers as written: `1,000` against `1.000`, `2 pm` against `14h`. So it may say more, up to this share.
MOST_NUMBERS = 0.1


def fail(message):
    print(f"FAILED: {message}", file=sys.stderr)
    sys.exit(1)


def files(folder):
    found = sorted(folder.glob("**/*.pt.xlf"))
    if not found:
        fail("no XLIFF was exported")
    return found


def read(path):
    return xliff.xlifffile.parsefile(str(path))


def check(folder):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    pairs, failed, disagreements, total = set(), 0, [], 0
    checker = checks.StandardChecker(
        checks.CheckerConfig(targetlanguage="pt"), limitfilters=list(SAME), excludefilters=[]
    )
    for path in files(folder):
        etree.parse(str(path), parser)
        store = read(path)
        if not store.units:
            fail(f"{path.name} has no units")
        ids = [unit.xmlelement.get("id") for unit in store.units]
        if len(set(ids)) != len(ids):
            fail(f"{path.name}: ids are not unique")
        for unit in store.units:
            if unit.xmlelement.get("translate") == "no":
                continue
            if not unit.target:
                failed += 1
                continue
            total += 1
            pairs.add(path.name + unit.source + unit.target)
            ours = {note.split(":")[0] for note in (unit.getnotes() or "").split("\n")}
            theirs = checker.run_filters(unit)
            for name, own in SAME.items():
                if (name in theirs) != (own in ours):
                    disagreements.append((name, name in theirs, path.name, unit))
    memory = folder / "gloss.tmx"
    etree.parse(str(memory), parser)
    units = tmx.tmxfile.parsefile(str(memory)).units
    if len(units) > total or not units:
        fail(f"the TMX has {len(units)} pairs, the XLIFFs {total}")

    counts = collections.Counter((name, "pofilter" if theirs else "gloss") for name, theirs, _, _ in disagreements)
    print(f"{total} pairs, {failed} without a translation, {len(units)} in the TMX")
    for (name, who), count in sorted(counts.items()):
        print(f"  {name}: only {who} says so of {count}")
    for name, theirs, file, unit in disagreements:
        short = name == "unchanged" and len(unit.source) < SHORTEST_UNCHANGED
        if theirs and not short and name != "numbers":
            fail(f"{file}: pofilter finds `{name}` and gloss does not: {unit.source!r} -> {unit.target!r}")
    if counts["numbers", "pofilter"] > max(2, total * MOST_NUMBERS):
        for name, theirs, file, unit in disagreements:
            if name == "numbers" and theirs:
                print(f"    {file}: {unit.source!r} -> {unit.target!r}")
        fail("pofilter finds `numbers` far more often than gloss")


def edit(folder):
    for path in files(folder):
        store = read(path)
        for unit in store.units:
            inline = unit.source_dom is not None and len(unit.source_dom)
            if unit.target and not inline and len(unit.source) > 60 and not unit.isapproved():
                unit.target = MARK
                unit.markapproved()
                store.savefile(str(path))
                print(path)
                return
    fail("no unit to edit")


def stands(folder):
    outputs = [path for path in folder.glob("**/*.pt.*") if path.suffix in (".txt", ".md")]
    count = sum(" ".join(path.read_text().split()).count(MARK) for path in outputs)
    if count != 1:
        fail(f"the edited text stands {count} times in the outputs")


if __name__ == "__main__":
    {"check": check, "edit": edit, "stands": stands}[sys.argv[1]](pathlib.Path(sys.argv[2]))
