#!/usr/bin/env python3
"""Checks what `gloss run` left behind: every document and unit accounted for, no paragraph lost, nothing asked twice.

Knows nothing of gloss but its files: the articles, the outputs, `report.json`. Articles are read the plain way: one
unit on each line that is not blank, which is how those in `articles/` are written. Says every fault it finds.

    check.py articles out --to es --code 0
    check.py articles out --to es --code 0 --plan plan.json
    check.py articles out --to es --code 0 --earlier first-report.json
"""

import argparse
import json
import pathlib
import sys

OPEN, CLOSE = "⟪untranslated⟫ ", " ⟪/untranslated⟫"
STATES = ("translated", "remembered", "human", "copied", "failed")
DOCUMENT_STATES = ("done", "partial", "failed", "skipped")
# A small model's paragraphs are from 0.6 to 1.5 times as long as their sources; outside these, a paragraph went
# missing or two became one.
SHORTEST, LONGEST, LEAST_CHARACTERS = 0.33, 3.0, 40

faults = []


def expect(holds, what):
    if not holds:
        faults.append(what)


def lines_of(path):
    return path.read_text(encoding="utf-8").split("\n")


def translation(path, source, output, failed_units):
    """One article against its translation, line by line."""
    before, after = lines_of(source), lines_of(output)
    expect(len(before) == len(after), f"{path}: {len(before)} lines became {len(after)}")
    marked, seen = 0, {}
    for number, (old, new) in enumerate(zip(before, after), 1):
        where = f"{path}:{number}"
        if not old.strip():
            expect(not new.strip(), f"{where}: text where the source has a blank line: {new!r}")
            continue
        expect(new.strip(), f"{where}: nothing stands for {old!r}")
        if OPEN in new:
            marked += 1
            inner = new.partition(OPEN)[2].partition(CLOSE)
            expect(inner[1] and inner[0] in old, f"{where}: the marks do not hold the source text: {new!r}")
            continue
        if len(old) >= LEAST_CHARACTERS:
            share = len(new) / len(old)
            expect(SHORTEST <= share <= LONGEST, f"{where}: {share:.2f} times as long as its source: {new!r}")
            expect(new not in seen, f"{where}: the same translation as line {seen.get(new)}: {new!r}")
            seen[new] = number
        for kept in ("# ", "- "):
            if old.startswith(kept):
                expect(new.startswith(kept), f"{where}: lost its {kept!r}: {new!r}")
        for kept in targets_and_code(old):
            expect(kept in new, f"{where}: {kept!r} did not come back: {new!r}")
    expect(marked == failed_units, f"{path}: {failed_units} units failed and {marked} are marked")
    return sum(1 for line in before if line.strip())


def targets_and_code(line):
    """Link targets and code spans, which come back to the byte."""
    kept = [piece.partition(")")[0] for piece in line.split("](")[1:]]
    return [f"]({target})" for target in kept] + [f"`{code}`" for code in line.split("`")[1::2]]


def document(record, earlier, sources, out, target, with_summaries):
    """One document's record against its files. One that had not changed since was not read again, and its files are
    those of the earlier record."""
    path = record["path"]
    if record["unchanged"]:
        expect(earlier is not None, f"{path}: unchanged since a run that there was not")
        record = {**record, **{key: (earlier or record).get(key) for key in ("source", "summaries", "outputs")}}
    expect(record["state"] in DOCUMENT_STATES, f"{path}: unknown state {record['state']}")
    expect(record["state"] in ("done", "partial"), f"{path}: {record['state']}: {record.get('reason')}")
    languages = [language for language in record["languages"] if language["language"] == target]
    expect(len(languages) == 1, f"{path}: {len(languages)} records for {target}")
    for output in record.get("outputs", []):
        expect((out / output["path"]).is_file(), f"{path}: {output['path']} is not there")
    translations = [o for o in record.get("outputs", []) if o["kind"] == "translation"]
    expect(len(translations) == 1, f"{path}: {len(translations)} translations")
    if not languages or not translations:
        return
    units = languages[0]["units"]
    failed = [note for note in languages[0].get("notes", []) if note["state"] == "failed"]
    expect(len(failed) == units["failed"], f"{path}: {units['failed']} units failed, {len(failed)} named")
    for note in failed:
        reasons = note.get("error") or note["findings"]
        expect(note["excerpt"] and reasons, f"{path}: block {note['block']} failed without a word of why")
    total = sum(units[state] for state in STATES)
    expect(total == record["source"]["units"], f"{path}: {total} units settled of {record['source']['units']}")
    paragraphs = translation(path, sources / path, out / translations[0]["path"], units["failed"])
    expect(total == paragraphs, f"{path}: {paragraphs} paragraphs, {total} units")
    if with_summaries:
        summaries(path, record, out)


def summaries(path, record, out):
    """Made in both languages and written, or failed and said so."""
    for language in ("en", record["languages"][0]["language"]):
        made = [s for s in record.get("summaries", []) if s["language"] == language]
        if not made and any(s["state"] == "failed" for s in record.get("summaries", [])):
            continue
        expect(len(made) == 1, f"{path}: {len(made)} summaries in {language}")
        written = [
            o for o in record["outputs"] if o["kind"] == "summary" and o["language"] == language
        ]
        for summary in made:
            if summary["state"] == "failed":
                continue
            expect(written, f"{path}: the summary in {language} was not written")
            expect(summary["sentences"], f"{path}: the summary in {language} is empty")
            text = "".join((out / o["path"]).read_text(encoding="utf-8") for o in written)
            for sentence in summary["sentences"]:
                expect(sentence["text"] in text, f"{path}: not in the summary file: {sentence['text']!r}")


def totals(report, found, code):
    whole = report["totals"]
    states = whole["documents"]
    expect(not whole.get("inconsistencies"), f"inconsistencies: {whole.get('inconsistencies')}")
    expect(not whole["interrupted"], "the run was interrupted")
    expect(states["found"] == found, f"{states['found']} documents found of {found}")
    ended = sum(states[state] for state in DOCUMENT_STATES)
    expect(ended == found and not states["unfinished"], f"{ended} documents of {found} ended")
    for state in DOCUMENT_STATES:
        there = sum(record["state"] == state for record in report["documents"])
        expect(states[state] == there, f"{states[state]} documents {state} in all, {there} one by one")
    for state in STATES:
        there = sum(lang["units"][state] for doc in report["documents"] for lang in doc["languages"])
        expect(whole["units"][state] == there, f"{whole['units'][state]} units {state} in all, {there} one by one")
    failures = whole["units"]["failed"] + whole["summaries_failed"] + whole["hard_flagged"]
    failures += states["partial"] + states["failed"]
    wanted = 3 if failures else 0
    expect(code == wanted, f"exit code {code}, not {wanted}, with {failures} failures")


def second(report, earlier):
    """A second run over the same articles asks for what failed, and for nothing else."""
    old, new = earlier["totals"], report["totals"]
    answered = sum(old["units"][state] for state in ("translated", "remembered"))
    expect(new["units"]["remembered"] >= answered, f"{answered} units were answered, {new['units']['remembered']} remembered")
    # Each failed unit has three tries; a failed summary has its own, and those of its sentences.
    most = 3 * old["units"]["failed"]
    for record in earlier["documents"]:
        failed = [s for s in record.get("summaries", []) if s["state"] == "failed"]
        most += sum(3 * (len(summary["sentences"]) + 1) for summary in failed)
    expect(new["requests"] <= most, f"the second run made {new['requests']} requests where {most} could be due")


def foreseen(report, plan):
    """What the run used lies in the range that the dry run before it gave."""
    used = report["totals"]["usage"]
    for kind in ("tokens_in", "tokens_out"):
        low, high = plan[kind]
        expect(low <= used[kind] <= high, f"{used[kind]} {kind} are not within the plan's {low} to {high}")
        print(f"{kind}: {used[kind]}, foreseen {low} to {high}")


def table(report, events):
    asked = sum(1 for event in events if event["event"] == "request")
    print(f"{'document':24} {'units':>6} {'translated':>11} {'remembered':>11} {'failed':>7} {'seconds':>8} {'requests':>9}")
    rows = [
        (doc["path"], lang["units"], doc["milliseconds"], "")
        for doc in report["documents"]
        for lang in doc["languages"]
        if not lang.get("same_language") and sum(lang["units"].values())
    ]
    whole = report["totals"]
    rows.append(("in all", whole["units"], whole["milliseconds"], asked))
    for name, units, milliseconds, requests in rows:
        count = sum(units.values())
        print(
            f"{name:24} {count:6} {units['translated']:11} {units['remembered']:11} {units['failed']:7} "
            f"{milliseconds / 1000:8.1f} {requests:>9}"
        )
    failed = [
        (doc["path"], note) for doc in report["documents"] for lang in doc["languages"] for note in lang.get("notes", [])
    ]
    for doc in report["documents"]:
        if doc["state"] != "done":
            print(f"  {doc['path']}: {doc['state']}: {doc.get('reason')}")
    for path, note in failed:
        why = note.get("error") or "; ".join(f"{f['check']}: {f['message']}" for f in note["findings"])
        print(f"  {path}: block {note['block']} {note['state']}: {why}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--to", required=True)
    parser.add_argument("--code", type=int, required=True, help="the run's exit code")
    parser.add_argument("--earlier", type=pathlib.Path, help="the report of an earlier run over the same articles")
    parser.add_argument("--plan", type=pathlib.Path, help="what the dry run before it printed with --json")
    parser.add_argument("--without-summaries", action="store_true", help="the run was told to make none")
    options = parser.parse_args()

    expect(options.code in (0, 3), f"exit code {options.code}")
    report = json.loads((options.out / ".gloss" / "report.json").read_text(encoding="utf-8"))
    lines = (options.out / ".gloss" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    last_start = max(i for i, event in enumerate(events) if event["event"] == "run_started")
    events = events[last_start:]

    sources = sorted(path.name for path in options.sources.iterdir() if path.suffix in (".txt", ".md"))
    documents = sorted(record["path"] for record in report["documents"])
    expect(documents == sources, f"the articles are {sources}, the report has {documents}")
    if options.plan:
        foreseen(report, json.loads(options.plan.read_text(encoding="utf-8")))
    requests = sum(1 for event in events if event["event"] == "request")
    expect(requests == report["totals"]["requests"], f"{requests} requests in the events, another number in the report")
    earlier = json.loads(options.earlier.read_text(encoding="utf-8")) if options.earlier else None
    known = {record["path"]: record for record in earlier["documents"]} if earlier else {}
    for record in report["documents"]:
        document(
            record, known.get(record["path"]), options.sources, options.out, options.to, not options.without_summaries
        )
    totals(report, len(sources), options.code)
    if earlier:
        second(report, earlier)
    else:
        expect(requests > 0, "a first run that asked nothing")

    table(report, events)
    for fault in faults:
        print(f"FAULT {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
