// What stands above the units: tabs, the counts, the failed units, the summary.

function drawTabs(view) {
  const translations = view.store.document.translations;
  $("tabs").replaceChildren(
    ...translations.map(({ language }) => {
      const { name, dir } = view.languages[language];
      const own = ownName(language);
      return el(
        "button",
        { type: "button", role: "tab", id: `tab-${language}`, "data-language": language, "aria-controls": "panel", "aria-selected": "false", tabindex: "-1" },
        el("span", { class: "tab-name" }, name),
        own && own !== name && el("bdi", { class: "tab-own", lang: language, dir }, own),
        el("span", { class: "tab-counts" }),
      );
    }),
  );
}

/** Counts of one language, with what was done on the page. */
function countsOf(view, language) {
  const counts = { units: 0, failed: 0, hard: 0, flag: 0, info: 0, human: 0, toReview: 0 };
  view.store.document.units.forEach((_, index) => {
    const unit = view.store.unit(language, index);
    counts.units++;
    if (unit.state === "failed") counts.failed++;
    if (unit.state === "human") counts.human++;
    if (unit.state !== "dropped") counts.toReview++;
    for (const finding of unit.findings) if (finding.open) counts[finding.severity]++;
  });
  return counts;
}

/** Draws the counts after something was done in the language `touched`. */
function drawCounts(view, touched = view.language) {
  view.counts.delete(touched);
  const draw = (tab) => {
    const { language } = tab.dataset;
    if (!view.counts.has(language)) view.counts.set(language, countsOf(view, language));
    drawTabCounts(tab, view.counts.get(language));
  };
  for (const tab of $("tabs").children) {
    const selected = tab.dataset.language === view.language;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
    if (selected) draw(tab);
  }
  drawCountLine(view.counts.get(view.language));
  drawFailed(view);
  drawPending(view);
  // The other languages' can wait until this one is drawn.
  setTimeout(() => [...$("tabs").children].forEach(draw));
}

function drawTabCounts(tab, { failed, hard, flag }) {
  const found = hard + flag;
  tab.querySelector(".tab-counts").replaceChildren(
    ...[
      failed > 0 && el("span", { class: "failed", title: `${failed} failed` }, `✕ ${failed}`, el("span", { class: "unseen" }, " failed")),
      found > 0 && el("span", { class: "flag", title: `${plural(found, "finding")} to look at` }, `◆ ${found}`, el("span", { class: "unseen" }, " findings")),
    ].filter(Boolean),
  );
}

function drawCountLine(counts) {
  const findings = ["hard", "flag", "info"]
    .filter((severity) => counts[severity] > 0)
    .map((severity) => el("span", { class: `count ${severity}` }, el("span", { "aria-hidden": "true" }, `${SIGN[severity]} `), `${counts[severity].toLocaleString("en")} ${severity}`));
  $("counts").replaceChildren(
    el("span", { class: "count" }, plural(counts.units, "paragraph")),
    ...(counts.failed > 0 ? [el("span", { class: "count failed" }, el("span", { "aria-hidden": "true" }, "✕ "), `${counts.failed.toLocaleString("en")} FAILED`)] : []),
    ...(findings.length > 0 ? findings : [el("span", { class: "count" }, "no open findings")]),
    el("span", { class: "count reviewed" }, el("span", { "aria-hidden": "true" }, "✓ "), `reviewed ${counts.human.toLocaleString("en")} of ${counts.toReview.toLocaleString("en")}`),
  );
  $("progress").max = Math.max(1, counts.toReview);
  $("progress").value = counts.human;
}

/** The box that cannot be missed: what has no translation. */
function drawFailed(view) {
  const units = view.store.document.units;
  const failed = units.map((_, index) => index).filter((index) => view.store.unit(view.language, index).state === "failed");
  $("failed").hidden = failed.length === 0;
  if (failed.length === 0) return $("failed").replaceChildren();
  const output = view.store.translations.get(view.language).output;
  $("failed").replaceChildren(
    el("h2", { id: "failed-head" }, el("span", { "aria-hidden": "true" }, "✕ "), `${plural(failed.length, "paragraph")} FAILED: not translated`),
    el("p", {}, "In ", output ? el("bdi", { class: "file" }, output) : "the output", " the source’s text stands in ", failed.length === 1 ? "its" : "their", " place, marked. ", "Write what is missing, or run gloss again."),
    el(
      "ol",
      {},
      failed.slice(0, 50).map((index) => {
        const { error } = view.store.unit(view.language, index);
        return el(
          "li",
          {},
          el("a", { href: `#${view.language}/${numberOf(units[index].block)}`, "data-jump": index }, `¶ ${numberOf(units[index].block)}`),
          " ",
          el("bdi", { class: "begins", ...view.attributes(view.store.document.language) }, begins(units[index].text)),
          error && el("bdi", { class: "why" }, error),
        );
      }),
    ),
    ...(failed.length > 50 ? [el("p", {}, `and ${(failed.length - 50).toLocaleString("en")} more: choose the state “failed” above the paragraphs.`)] : []),
  );
}

/** The first words of a text. */
function begins(text) {
  const points = [...text.replace(PLACEHOLDER, "")];
  return points.length > 90 ? points.slice(0, 88).join("").replace(/\s+\S{0,20}$/, "") + "…" : points.join("");
}

/** What is not exported yet. */
function drawPending(view) {
  const { store } = view;
  const pending = store.server ? 0 : store.pending().length;
  const fresh = pending > 0 && (store.strays.length > 0 || store.exported < store.journal.length);
  const strays = store.strays.length > 0 ? ` ${plural(store.strays.length, "of them belongs", "of them belong")} to an earlier text of the article.` : "";
  $("export").hidden = Boolean(store.server);
  $("export").disabled = pending === 0;
  $("export").classList.toggle("primary", fresh);
  $("export").textContent = pending === 0 ? "Export changes" : `Export ${plural(pending, "change")}`;
  $("unkept").hidden = store.kept || Boolean(store.server);
  $("where").textContent = store.server
    ? "Each change is saved as it is made."
    : pending === 0
      ? "Changes stay in this browser until you export them."
      : fresh
        ? `${plural(pending, "change")} in this browser, not exported yet.${strays}`
        : `${plural(pending, "change")} exported: give the file to gloss review --import.`;
}

/** The summary in the article's language and in the one shown, sentence beside sentence. */
function drawSummary(view) {
  const { summaries, language } = view.store.document;
  const own = summaries.find((summary) => summary.language === language);
  const other = summaries.find((summary) => summary.language === view.language);
  const shown = [own, other].filter(Boolean);
  $("summary").hidden = shown.length === 0;
  $("summary").replaceChildren(
    el("h2", {}, "Summary"),
    el(
      "div",
      { class: "summaries" },
      shown.map((summary) => summaryOf(view, summary)),
      !other && view.language !== language && el("p", { class: "summary-head" }, `There is no summary in ${view.languages[view.language].name}.`),
    ),
  );
}

function summaryOf(view, summary) {
  return el(
    "div",
    { class: "summary" },
    el("p", { class: "summary-head" }, `In ${view.languages[summary.language].name}`, summary.engine === "human" ? el("span", { class: "state human" }, el("span", { "aria-hidden": "true" }, `${STATES.human.sign} `), STATES.human.word) : el("bdi", { class: "engine" }, summary.engine)),
    summary.failed && el("p", { class: "failure-head" }, el("span", { "aria-hidden": "true" }, "✕ "), "FAILED: the summary is not whole"),
    el(
      "p",
      { class: "text", ...view.attributes(summary.language) },
      summary.sentences.flatMap((sentence, at) => [sentenceOf(view, sentence, at), view.languages[summary.language].spaceless ? "" : " "]),
    ),
    summary.earlier &&
      el(
        "div",
        { class: "earlier" },
        el("p", { class: "earlier-head" }, "A person’s summary from before the article was changed"),
        el("p", { class: "text", ...view.attributes(summary.language) }, summary.earlier),
      ),
    summary.findings?.length > 0 && el("ul", { class: "findings" }, summary.findings.filter((finding) => !finding.ignored).map((finding) => summaryFinding(finding))),
  );
}

function sentenceOf(view, sentence, at) {
  const known = sentence.blocks.filter((block) => view.store.positions.has(block));
  return el(
    "span",
    { class: "sentence", "data-sentence": at, "data-blocks": known.join(" ") },
    sentence.text.trim(),
    known.map((block) =>
      el("a", { class: "bears", dir: "ltr", href: `#${view.language}/${numberOf(block)}`, "data-jump": view.store.positions.get(block), "aria-label": `borne out by paragraph ${numberOf(block)}` }, String(numberOf(block))),
    ),
  );
}

function summaryFinding(finding) {
  const precision = precisionWords(finding.precision);
  return el(
    "li",
    { class: `finding ${finding.severity}` },
    el("span", { class: "severity" }, el("span", { "aria-hidden": "true" }, `${SIGN[finding.severity]} `), finding.severity),
    el("span", { class: "what" }, el("span", { class: "check" }, finding.check), " ", el("bdi", { class: "message" }, finding.message), precision && el("span", { class: "precision" }, ` · ${precision}`)),
  );
}

/** The choices of the filters, with how often each occurs. */
function drawFilters(view) {
  const checks = new Map();
  view.store.document.units.forEach((_, index) => {
    const found = view.store.unit(view.language, index).findings.filter((finding) => !finding.ignored);
    for (const check of new Set(found.map((finding) => finding.check))) checks.set(check, (checks.get(check) ?? 0) + 1);
  });
  const chosen = $("check").value;
  $("check").replaceChildren(el("option", { value: "" }, "all"), ...[...checks].sort().map(([check, count]) => el("option", { value: check }, `${check} (${count})`)));
  $("check").value = checks.has(chosen) ? chosen : "";
}
