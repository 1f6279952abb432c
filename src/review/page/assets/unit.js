// How one unit looks: source, answer, findings, editor. Reads the store, changes nothing in it.

const STATES = {
  failed: { sign: "✕", word: "FAILED" },
  machine: { sign: "○", word: "machine" },
  human: { sign: "✓", word: "human" },
  copied: { sign: "=", word: "copied" },
  dropped: { sign: "–", word: "dropped" },
};
const DONE = { edit: "edited here", accept: "accepted here", revert: "taken back here" };

/** The number that people know a block by. */
const numberOf = (block) => block + 1;

function paragraphClass(unit) {
  const kind = typeof unit.kind === "string" ? unit.kind : `heading h${unit.kind.heading}`;
  return `text ${kind} ${unit.role}`;
}

const KINDS = { list_item: "list item", table_cell: "table cell", front_matter: "front matter" };

/** "Headline", "list item": said only of what is no plain paragraph. */
function kindWords(unit) {
  if (unit.role === "title") return "headline";
  if (unit.role === "dateline") return "dateline";
  if (unit.role === "boilerplate") return "furniture";
  if (typeof unit.kind !== "string") return "heading";
  return unit.kind === "paragraph" ? null : (KINDS[unit.kind] ?? unit.kind);
}

/** Fills the element of a unit. `view`: `{ store, language, languages, editors, notes }`. */
function fillUnit(node, view, index) {
  const source = view.store.document.units[index];
  const unit = view.store.unit(view.language, index);
  const editor = view.editors.get(editorKey(view, index));
  const shown = unit.findings.filter((finding) => !finding.ignored);
  node.className = `unit is-${unit.state}${unit.done ? " done" : ""}`;
  node.setAttribute("aria-label", unitLabel(source, unit));
  node.replaceChildren(
    el("div", { class: "gutter" }, el("span", { class: "number" }, String(numberOf(source.block))), kindWords(source) && el("span", { class: "kind" }, kindWords(source))),
    el(
      "div",
      { class: "source", ...view.attributes(view.store.document.language) },
      el("p", { class: paragraphClass(source) }, marked(source.text, source.kept, spansOf(shown, "source_span"))),
    ),
    el("div", { class: "target" }, editor ? editor.node : answerOf(view, source, unit, shown), metaLine(view, unit, index)),
    el("div", { class: "notes" }, notesOf(view, source, unit, index)),
  );
  node.dataset.built = "";
}

function spansOf(findings, which) {
  return findings
    .filter((finding) => finding[which] && !(which === "span" && finding.stale))
    .map((finding) => ({ index: finding.at, severity: finding.severity, span: finding[which] }));
}

function unitLabel(source, unit) {
  const open = unit.findings.filter((finding) => finding.open).length;
  return [
    `Paragraph ${numberOf(source.block)}`,
    kindWords(source),
    unit.state === "failed" ? "failed, no translation" : unit.state,
    open > 0 && plural(open, "finding"),
  ]
    .filter(Boolean)
    .join(", ");
}

/** The answer's side: the text, or why there is none. */
function answerOf(view, source, unit, shown) {
  const attributes = view.attributes(unit.state === "copied" ? view.store.document.language : view.language);
  if (unit.state === "failed") {
    return el(
      "div",
      { class: "failure" },
      el("p", { class: "failure-head" }, el("span", { "aria-hidden": "true" }, "✕ "), "FAILED: this paragraph is not translated"),
      unit.error && el("p", { class: "failure-why" }, el("bdi", {}, unit.error)),
      el("p", { class: "failure-what" }, "The output has the source’s text here, marked. Press Enter to write the translation."),
    );
  }
  if (unit.state === "dropped") return el("p", { class: "text none" }, "Left out on purpose: furniture of the page, not part of the article.");
  if (unit.text === null) return el("p", { class: "text none" }, "Taken back. No machine’s answer is at hand here: one will stand here again, or the next run asks for it.");
  return el("p", { class: paragraphClass(source), ...attributes }, marked(unit.text, source.kept, spansOf(shown, "span")));
}

/** Everything under the two texts. */
function notesOf(view, source, unit, index) {
  const error = view.notes.get(editorKey(view, index));
  const remark = view.store.remarks.get(editorKey(view, index));
  return [
    unit.findings.length > 0 && el("ul", { class: "findings", "aria-label": "Findings" }, unit.findings.map((finding) => findingLine(finding, unit))),
    unit.earlier && unit.state !== "human" && earlierOf(view, source, unit.earlier),
    error && el("p", { class: "error", role: "alert" }, el("span", { "aria-hidden": "true" }, "! "), "not saved: ", el("bdi", {}, error)),
    remark && el("p", { class: "hint remark" }, remark),
  ];
}

function findingLine(finding, unit) {
  const precision = precisionWords(finding.precision);
  const state = finding.ignored ? "ignored" : unit.state === "human" && finding.stale ? "of the answer before" : null;
  return el(
    "li",
    {
      class: `finding ${finding.severity}${finding.ignored ? " ignored" : ""}${finding.open ? "" : " closed"}`,
      "data-finding": finding.at,
      tabindex: "0",
    },
    el("span", { class: "letter", "aria-hidden": "true" }, letterOf(finding.at)),
    el("span", { class: "severity" }, el("span", { "aria-hidden": "true" }, `${SIGN[finding.severity]} `), finding.severity),
    el(
      "span",
      { class: "what" },
      el("span", { class: "check" }, finding.check),
      " ",
      el("bdi", { class: "message" }, finding.message),
      precision && el("span", { class: "precision" }, ` · ${precision}`),
      state && el("span", { class: "precision" }, ` · ${state}`),
    ),
    finding.ignored
      ? button("heed", "Heed again", { class: "quiet", "data-at": finding.at })
      : button("ignore", "Ignore", { class: "quiet", "data-at": finding.at, "aria-label": `Ignore this finding: ${finding.check}` }),
  );
}

function earlierOf(view, source, earlier) {
  return el(
    "div",
    { class: "earlier" },
    el("p", { class: "earlier-head" }, "A person’s text from before the source was changed", button("use", "Use it", { class: "small" })),
    el(
      "div",
      { class: "earlier-pair" },
      el(
        "p",
        { class: "text", ...view.attributes(view.store.document.language) },
        changedWords(earlier.source, source.text).map(({ text, changed }) => (changed ? el("del", {}, text) : text)),
      ),
      el("p", { class: "text", ...view.attributes(view.language) }, marked(earlier.text, source.kept, [])),
    ),
  );
}

function metaLine(view, unit, index) {
  const { sign, word } = STATES[unit.state];
  const draft = view.drafts.has(editorKey(view, index));
  const saving = view.saving.has(editorKey(view, index));
  const editing = view.editors.has(editorKey(view, index));
  return el(
    "div",
    { class: "meta" },
    el("span", { class: `state ${unit.state}` }, el("span", { "aria-hidden": "true" }, `${sign} `), word),
    unit.engine && el("bdi", { class: "engine" }, unit.engine),
    unit.done && el("span", { class: "done-word" }, view.store.server ? `${DONE[unit.done]}, saved` : DONE[unit.done]),
    draft && !editing && el("span", { class: "draft" }, "unsaved draft"),
    saving && el("span", { class: "saving" }, "saving…"),
    !editing &&
      el(
        "span",
        { class: "actions" },
        unit.state !== "dropped" && button("edit", unit.state === "failed" ? "Write the translation" : "Edit", { class: "quiet" }),
        unit.text !== null && unit.state !== "human" && button("accept", "Accept", { class: "quiet" }),
        unit.state === "human" && button("revert", "Take back", { class: "quiet" }),
      ),
  );
}

const editorKey = (view, index) => `${view.language} ${index}`;
