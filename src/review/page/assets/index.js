// The table of a run: sorted and filtered over the data, drawn a screenful at a time.

const ROWS = 150;
const WORD = { done: "done", partial: "partial", failed: "FAILED", skipped: "skipped" };
const STATE_SIGN = { done: "✓", partial: "✕", failed: "✕", skipped: "–" };

function start() {
  const { index, languages } = embedded();
  const table = { index, languages, rows: [], drawn: 0 };
  $("name").textContent = index.name;
  for (const document_ of index.documents) {
    document_.by = new Map(document_.translations.map((one) => [one.language, one]));
    document_.words = `${document_.path}\n${document_.title ?? ""}`.toLowerCase();
    document_.weight = weightOf(document_);
  }
  drawTotals(table);
  drawDrift(table);
  drawHeadings(table);
  arrange(table);
  for (const id of ["which", "order"]) $(id).addEventListener("change", () => arrange(table));
  $("filter").addEventListener("input", () => {
    clearTimeout(table.waiting);
    table.waiting = setTimeout(() => arrange(table), 100);
  });
  $("more").firstElementChild.addEventListener("click", () => drawMore(table));
  new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && drawMore(table), { rootMargin: "600px" }).observe($("more"));
  addEventListener("beforeprint", () => drawMore(table, Infinity));
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target === $("filter")) {
      $("filter").value = "";
      arrange(table);
    } else if (keyName(event) === "/" && !isTyping(event.target)) {
      event.preventDefault();
      $("filter").focus();
    }
  });
  document.documentElement.dataset.ready = "";
}

/** Failed before flagged, each by its number; what has no page at all before what is good. */
function weightOf({ translations, reason }) {
  const sum = (name) => translations.reduce((total, one) => total + one[name], 0);
  const lost = translations.filter(({ state }) => state === "failed").length;
  return lost * 1e9 + sum("failed") * 1e5 + sum("flagged") * 10 + (reason ? 1 : 0);
}

const isOpen = (one) => one.state !== "skipped" && one.human < one.units;

const KINDS_OF = {
  "": () => true,
  failed: ({ translations }) => translations.some((one) => one.failed > 0 || one.state === "failed"),
  flagged: ({ translations }) => translations.some((one) => one.flagged > 0),
  open: ({ translations }) => translations.some(isOpen),
  without: ({ page }) => !page,
};

function arrange(table) {
  const words = $("filter").value.trim().toLowerCase();
  const wanted = KINDS_OF[$("which").value];
  table.rows = table.index.documents.filter((document_) => wanted(document_) && document_.words.includes(words));
  if ($("order").value === "worst") table.rows = table.rows.toSorted((a, b) => b.weight - a.weight);
  $("documents").tBodies[0].replaceChildren();
  table.drawn = 0;
  $("none").hidden = table.rows.length > 0;
  const all = table.index.documents.length;
  $("shown").textContent = table.rows.length === all ? plural(all, "article") : `${table.rows.length.toLocaleString("en")} of ${plural(all, "article")}`;
  drawMore(table);
}

function drawMore(table, count = ROWS) {
  const rows = table.rows.slice(table.drawn, table.drawn + count);
  table.drawn += rows.length;
  $("documents").tBodies[0].append(...rows.map((document_) => rowOf(table, document_)));
  $("more").hidden = table.drawn >= table.rows.length;
}

function rowOf({ index, languages }, document_) {
  const own = languages[document_.language];
  const name = el("bdi", { lang: document_.language, dir: own?.dir }, document_.title ?? document_.path);
  return el(
    "tr",
    {},
    el(
      "th",
      { scope: "row" },
      el("span", { class: "headline" }, document_.page ? el("a", { href: beside(document_.page) }, name) : name),
      document_.title && el("bdi", { class: "path" }, document_.path),
      document_.human_summaries && el("span", { class: "counts" }, el("span", { class: "human" }, `✓ human summary: ${document_.human_summaries.map((language) => languages[language].name).join(", ")}`)),
      document_.reason && el("span", { class: "reason" }, " ", el("bdi", {}, document_.reason)),
    ),
    el("td", { "data-name": "Language" }, own ? own.name : "–"),
    index.languages.map((language) => el("td", { "data-name": languages[language].name }, cellOf(document_, language))),
  );
}

function cellOf(document_, language) {
  const one = document_.by.get(language);
  if (!one) return el("span", { class: "cell empty" }, "–", el("span", { class: "unseen" }, " none"));
  const kind = one.failed > 0 || one.state === "failed" ? " bad" : one.flagged > 0 ? " look" : "";
  const inside = [
    el("span", { class: `state ${one.state}` }, el("span", { "aria-hidden": "true" }, `${STATE_SIGN[one.state]} `), WORD[one.state], one.units > 0 && ` · ${one.units.toLocaleString("en")} ¶`),
    countsOf(one),
  ];
  return document_.page
    ? el("a", { class: `cell${kind}`, href: `${beside(document_.page)}#${encodeURIComponent(language)}` }, inside)
    : el("span", { class: `cell${kind}` }, inside);
}

function countsOf({ failed, flagged, human, units }) {
  return el(
    "span",
    { class: "counts" },
    failed > 0 && el("span", { class: "failed" }, `✕ ${failed.toLocaleString("en")} failed`),
    flagged > 0 && el("span", { class: "flag" }, `◆ ${flagged.toLocaleString("en")} flagged`),
    human > 0 && el("span", { class: "human" }, human === units ? "✓ all reviewed" : `✓ ${human.toLocaleString("en")} human`),
  );
}

function drawHeadings({ index, languages }) {
  $("documents").tHead.replaceChildren(
    el("tr", {}, el("th", { scope: "col" }, "Article"), el("th", { scope: "col" }, "From"), index.languages.map((language) => el("th", { scope: "col" }, languages[language].name))),
  );
}

function drawTotals({ index, languages }) {
  $("totals").replaceChildren(
    ...index.languages.map((language) => {
      const all = index.documents.map((document_) => document_.by.get(language)).filter(Boolean);
      const sum = (name) => all.reduce((total, one) => total + one[name], 0);
      const states = ["done", "partial", "failed", "skipped"].map((state) => [state, all.filter((one) => one.state === state).length]);
      const own = ownName(language);
      const { name, dir } = languages[language];
      return el(
        "section",
        { class: `total${sum("failed") > 0 || all.some((one) => one.state === "failed") ? " bad" : ""}` },
        el("h2", {}, name, own && own !== name && [" ", el("bdi", { lang: language, dir }, own)]),
        el("p", { class: "counts" }, states.filter(([, count]) => count > 0).map(([state, count]) => el("span", { class: `state ${state}` }, `${STATE_SIGN[state]} ${count.toLocaleString("en")} ${WORD[state]}`))),
        el("p", { class: "counts" }, `${sum("units").toLocaleString("en")} ¶`, countsOf({ failed: sum("failed"), flagged: sum("flagged"), human: sum("human"), units: sum("units") })),
      );
    }),
  );
}

function drawDrift({ index, languages }) {
  $("drift").hidden = index.drift.length === 0;
  if (index.drift.length === 0) return;
  $("drift").replaceChildren(
    el("h2", {}, `${plural(index.drift.length, "name")} rendered in more than one way`),
    el(
      "ul",
      {},
      index.drift.slice(0, 100).map(({ term, language, renderings }) =>
        el(
          "li",
          {},
          el("bdi", { class: "term" }, term),
          ` in ${languages[language].name}:`,
          renderings.map(({ text, count, documents }) =>
            el("span", { class: "rendering", title: documents.join("\n") }, el("bdi", { lang: language, dir: languages[language].dir }, text), " ", el("span", { class: "times" }, `${count.toLocaleString("en")} ×`)),
          ),
        ),
      ),
    ),
  );
}

start();
