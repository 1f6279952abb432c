"""Scores the extractive summariser with ROUGE against Lead-3 and leads of other lengths.

    cargo build --release --example extract
    python benches/rouge.py target/release/examples/extract ARTICLES.jsonl [WORDS] [--cuts N] [KEY=VALUE ...]

ARTICLES.jsonl has an object a line: `article`, and `summary` (a string, or a list whose parts make one) or `refs`
(several references; the best one by ROUGE-1 counts). WORDS is the length asked for (60 where missing; `refs` takes
each article's own mean). Needs `rouge-score` (Google's); prints mean F1 x 100 of ROUGE-1/2/L with stemming, the words
written, and the difference to Lead-3 with its 95 % interval from a paired bootstrap over articles.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile

from rouge_score import rouge_scorer

KINDS = ("rouge1", "rouge2", "rougeL")
SCORER = rouge_scorer.RougeScorer(KINDS, use_stemmer=True)


def references(record):
    if "refs" in record:
        return record["refs"]
    summary = record["summary"]
    return [summary if isinstance(summary, str) else " ".join(summary)]


def paragraphs(article):
    lines = [line.strip() for line in article.splitlines()]
    if sum(not line for line in lines) * 8 <= len(lines):
        return [line for line in lines if line]
    pieces, piece = [], []
    for line in lines + [""]:
        if line:
            piece.append(line)
        elif piece:
            pieces.append(" ".join(piece))
            piece = []
    return pieces


def score(record, text):
    best = max((SCORER.score(reference, text) for reference in references(record)),
               key=lambda found: found["rouge1"].fmeasure)
    return tuple(100 * best[kind].fmeasure for kind in KINDS)


def lead_words(record, words):
    """The first sentences (lines) of the article, to about `words` words."""
    taken, total = [], 0
    for line in paragraphs(record["article"]):
        length = len(line.split())
        if taken and total + length / 2 > words:
            break
        taken.append(line)
        total += length
    return " ".join(taken)


def extracted(binary, records, words, options):
    """The summaries by the binary; articles asked for at one length go through it together."""
    texts = [None] * len(records)
    for length in sorted(set(words)):
        wanted = [index for index, own in enumerate(words) if own == length]
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            for index in wanted:
                file.write(json.dumps(records[index]) + "\n")
            file.flush()
            out = subprocess.run([binary, file.name, str(length), *options], check=True, capture_output=True, text=True)
        for index, line in zip(wanted, out.stdout.splitlines(), strict=True):
            texts[index] = " ".join(json.loads(line)["sentences"])
    return texts


def wanted_words(records, words):
    return [words or (60 if "refs" not in record
                      else round(statistics.mean(len(ref.split()) for ref in record["refs"]), -1).__int__())
            for record in records]


def interval(one, other, rounds=5000):
    """95 % interval of the mean paired difference."""
    pick = random.Random(1)
    differences = [a - b for a, b in zip(one, other, strict=True)]
    means = sorted(statistics.mean(pick.choices(differences, k=len(differences))) for _ in range(rounds))
    return means[int(rounds * 0.025)], means[int(rounds * 0.975)]


def main():
    plain = [argument for argument in sys.argv[1:] if "=" not in argument]
    options = [argument for argument in sys.argv[1:] if "=" in argument]
    binary, path = plain[0], plain[1]
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    words = wanted_words(records, int(plain[2]) if len(plain) > 2 else None)
    systems = {
        "Lead-3": [" ".join(paragraphs(record["article"])[:3]) for record in records],
        "lead, same words": [lead_words(record, own) for record, own in zip(records, words, strict=True)],
        "gloss": extracted(binary, records, words, options),
    }
    scored = {name: [score(record, text) for record, text in zip(records, texts, strict=True)]
              for name, texts in systems.items()}
    print(f"{'system':18} ROUGE-1  ROUGE-2  ROUGE-L   words  over Lead-3 (95 %), over lead of the same words (95 %)")
    for name, scores in scored.items():
        means = [statistics.mean(column) for column in zip(*scores, strict=True)]
        length = statistics.mean(len(text.split()) for text in systems[name])
        line = f"{name:18} {means[0]:7.1f}  {means[1]:7.1f}  {means[2]:7.1f}  {length:6.0f}"
        if name == "gloss":
            for base in ("Lead-3", "lead, same words"):
                for column, kind in enumerate(KINDS):
                    ours, theirs = [s[column] for s in scores], [s[column] for s in scored[base]]
                    low, high = interval(ours, theirs)
                    mean = statistics.mean(ours) - statistics.mean(theirs)
                    line += f"\n    {base}, {kind}: {mean:+.1f} ({low:+.1f} to {high:+.1f})"
        print(line)


if __name__ == "__main__":
    main()
