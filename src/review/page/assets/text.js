// The text of a unit: byte offsets, placeholders, marks of findings.

const PLACEHOLDER = /⟦(\d+)⟧/g;

/** Where the given UTF-8 byte offsets stand in a string's own UTF-16 units; -1 for one that is no character's start. */
function utf16(text, offsets) {
  const sorted = [...new Set(offsets)].sort((a, b) => a - b);
  const found = new Map();
  let next = 0;
  let bytes = 0;
  let at = 0;
  while (next < sorted.length) {
    while (next < sorted.length && sorted[next] < bytes) found.set(sorted[next++], -1);
    if (next < sorted.length && sorted[next] === bytes) found.set(sorted[next++], at);
    if (at >= text.length) break;
    const point = text.codePointAt(at);
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    at += point < 0x10000 ? 1 : 2;
  }
  while (next < sorted.length) found.set(sorted[next++], -1);
  return found;
}

/** The placeholders of a text, in order. */
function placeholders(text) {
  return Array.from(text.matchAll(PLACEHOLDER), (match) => match[0]);
}

/** What an answer's placeholders lack of, or have beyond, the source's. */
function placeholderFaults(source, answer) {
  const count = new Map();
  for (const mark of placeholders(source)) count.set(mark, (count.get(mark) ?? 0) + 1);
  for (const mark of placeholders(answer)) count.set(mark, (count.get(mark) ?? 0) - 1);
  const faults = [];
  for (const [mark, left] of count) {
    if (left > 0) faults.push(`${mark} is missing`);
    if (left < 0) faults.push(`${mark} stands too often`);
  }
  return faults;
}

/** The small sign that stands for what is kept out of translation. */
function chip(number, kept) {
  const shown = kept?.[number - 1] ?? "";
  const says = shown ? `kept as it is: ${shown}` : "formatting, kept as it is";
  return el(
    "span",
    { class: shown ? "chip" : "chip bare", title: `⟦${number}⟧ ${says}`, role: "img", "aria-label": `placeholder ${number}, ${says}` },
    el("span", { class: "chip-number" }, String(number)),
    shown && el("bdi", { class: "chip-text" }, shown),
  );
}

const letterOf = (index) => (index < 26 ? String.fromCharCode(97 + index) : String(index + 1));

/**
 * A text with its chips and the marks of its findings.
 * `spans`: `{ index, severity, span: [start, end] }` in bytes, as findings have them.
 */
function marked(text, kept, spans) {
  const fragment = document.createDocumentFragment();
  const at = utf16(text, spans.flatMap(({ span }) => span));
  const ranges = spans
    .map(({ index, severity, span }) => ({ index, severity, start: at.get(span[0]), end: at.get(span[1]) }))
    .filter(({ start, end }) => start >= 0 && end >= start);
  const chips = Array.from(text.matchAll(PLACEHOLDER), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    number: Number(match[1]),
  }));
  const inChip = (offset) => chips.some(({ start, end }) => offset > start && offset < end);
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...ranges, ...chips]) {
    if (!inChip(start)) cuts.add(start);
    if (!inChip(end)) cuts.add(end);
  }
  const edges = [...cuts].sort((a, b) => a - b);
  const points = (offset) => ranges.filter(({ start, end }) => start === end && start === offset);
  for (let i = 0; i < edges.length; i++) {
    const from = edges[i];
    for (const range of points(from)) fragment.append(mark([range], [range], "‸"));
    const to = edges[i + 1];
    if (to === undefined) break;
    const piece = chips.find(({ start }) => start === from);
    const content = piece ? chip(piece.number, kept) : text.slice(from, to);
    const over = ranges.filter(({ start, end }) => start < to && end > from);
    if (over.length === 0) fragment.append(content);
    else fragment.append(mark(over, over.filter(({ end }) => end <= to), content));
  }
  return fragment;
}

/** One marked piece; the letters of those findings that end with it stand after it. */
function mark(over, ending, content) {
  const worst = over.map(({ severity }) => severity).sort((a, b) => RANK[b] - RANK[a])[0];
  return el(
    "mark",
    {
      class: worst,
      "data-of": over.map(({ index }) => index).join(" "),
      "data-letters": ending.map(({ index }) => letterOf(index)).join(" ") || undefined,
    },
    content,
  );
}

const RANK = { hard: 3, flag: 2, info: 1 };
const SIGN = { hard: "▲", flag: "◆", info: "●" };

/** How often such a finding was true when it was measured, in words. */
function precisionWords(percent) {
  if (percent === undefined || percent === null) return null;
  if (percent > 94 || percent < 6) return `true ${percent} of 100 times`;
  return `true ${Math.round(percent / 10)} of 10 times`;
}

/** Each word of two texts with whether the other has it in its place: what changed in a source since. */
function changedWords(before, after) {
  const cut = (text) => text.split(/(\s+)/).filter((word) => word !== "");
  const a = cut(before);
  const b = cut(after);
  if (a.length * b.length > 400_000) return [{ text: before, changed: false }];
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i][j] = a[i] === b[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
    }
  }
  const words = [];
  let i = 0;
  let j = 0;
  while (i < a.length) {
    if (j < b.length && a[i] === b[j]) {
      words.push({ text: a[i++], changed: false });
      j++;
    } else if (j < b.length && length[i][j + 1] > length[i + 1][j]) j++;
    else words.push({ text: a[i++], changed: true });
  }
  return words;
}
