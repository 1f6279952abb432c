// Puts the page together and listens.

function start() {
  const page = embedded();
  const view = {
    languages: page.languages,
    store: new Store(page),
    language: null,
    editors: new Map(),
    drafts: new Map(),
    notes: new Map(),
    saving: new Set(),
    counts: new Map(),
    undoing: false,
    attributes(language) {
      return { lang: language, dir: this.languages[language]?.dir ?? "auto" };
    },
    say(words) {
      $("say").textContent = words;
      $("say").classList.add("fresh");
      clearTimeout(this.silence);
      this.silence = setTimeout(() => $("say").classList.remove("fresh"), 4000);
    },
    show,
  };
  view.list = new List(view);
  drawHead(view, page);
  drawTabs(view);
  show.call(view, languageInHash(view) ?? page.document.translations[0]?.language);
  listen(view);
  listenToKeys(view);
  jumpToHash(view);
  document.documentElement.dataset.ready = "";
}

function drawHead(view, page) {
  const { document: article } = view.store;
  const title = article.units.find((unit) => unit.role === "title");
  $("path").textContent = article.path;
  $("title").replaceChildren(el("bdi", { ...view.attributes(article.language) }, title ? title.text.replace(PLACEHOLDER, "") : article.path));
  $("source-head").textContent = view.languages[article.language].name;
  if (page.index) {
    $("index").href = beside(page.index);
    $("index").hidden = false;
  }
}

/** Shows a language. */
function show(language) {
  this.language = language ?? null;
  $("nothing").hidden = language !== undefined;
  $("panel").hidden = language === undefined;
  if (language === undefined) return;
  $("panel").setAttribute("aria-labelledby", `tab-${language}`);
  $("target-head").textContent = this.languages[language].name;
  $("output").textContent = this.store.translations.get(language).output ?? "not written";
  this.list.finding = null;
  drawFilters(this);
  drawSummary(this);
  this.list.draw();
  drawCounts(this);
}

/** `#ar` or `#ar/12`. */
function languageInHash(view) {
  const wanted = decodeHash().split("/")[0];
  return view.store.translations.has(wanted) ? wanted : undefined;
}

function jumpToHash(view) {
  const number = Number(decodeHash().split("/")[1]);
  const index = view.store.positions.get(number - 1);
  if (index !== undefined) view.list.go(index);
}

function decodeHash() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

function remember(view, index) {
  const place = index === undefined ? "" : `/${numberOf(view.store.document.units[index].block)}`;
  history.replaceState(null, "", `#${view.language}${place}`);
}

function listen(view) {
  const { list } = view;
  $("tabs").addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) choose(view, tab);
  });
  $("tabs").addEventListener("keydown", (event) => {
    const tabs = [...$("tabs").children];
    const at = tabs.indexOf(event.target.closest("[role=tab]"));
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    choose(view, tabs[(next + tabs.length) % tabs.length]);
  });
  addEventListener("hashchange", () => {
    const language = languageInHash(view);
    if (language && language !== view.language) view.show(language);
    jumpToHash(view);
  });
  for (const id of ["check", "severity", "state", "order"]) $(id).addEventListener("change", () => arranged(view));
  $("search").addEventListener("input", () => {
    clearTimeout(view.searching);
    view.searching = setTimeout(() => arranged(view), 120);
  });
  $("clear").addEventListener("click", () => {
    for (const id of ["check", "severity", "state", "search"]) $(id).value = "";
    arranged(view);
  });
  $("export").addEventListener("click", () => {
    const count = view.store.export();
    drawPending(view);
    view.say(`${plural(count, "change")} exported as ${view.store.exportName()}.`);
  });
  $("show-help").addEventListener("click", () => $("help").showModal());
  $("close-help").addEventListener("click", () => $("help").close());
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-jump]");
    if (!link) return;
    event.preventDefault();
    const index = Number(link.dataset.jump);
    reveal(view, index);
    remember(view, index);
  });
  $("summary").addEventListener("click", (event) => {
    const sentence = event.target.closest(".sentence");
    const first = sentence && !event.target.closest("a") && sentence.querySelector("[data-jump]");
    if (first && getSelection().isCollapsed) first.click();
  });
  for (const [on, lit] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
    $("summary").addEventListener(on, (event) => lightSentence(view, event.target.closest(".sentence"), lit));
  }
  list.container.addEventListener("click", (event) => clicked(view, event));
  list.container.addEventListener("dblclick", (event) => {
    const node = event.target.closest(".unit");
    if (node && event.target.closest(".target") && !event.target.closest(".editor")) actions.edit(view, Number(node.dataset.index));
  });
  list.container.addEventListener("focusin", (event) => {
    const node = event.target.closest(".unit");
    if (!node) return;
    list.select(Number(node.dataset.index));
    const line = event.target.closest("[data-finding]");
    if (line) list.light({ index: list.current, at: Number(line.dataset.finding) });
  });
  list.container.addEventListener("mouseover", (event) => hovered(view, event.target));
  addEventListener("beforeprint", () => list.buildAll());
  addEventListener("beforeunload", (event) => {
    const unsaved = view.drafts.size > 0 || [...view.editors.values()].some((editor) => editor.box.value !== editor.began);
    if (unsaved || view.saving.size > 0) event.preventDefault();
  });
  addEventListener("storage", (event) => {
    if (event.key !== view.store.key) return;
    view.store.load();
    view.counts.clear();
    view.show(view.language);
  });
}

function arranged(view) {
  view.list.arrange();
  view.say(`${plural(view.list.shown.length, "paragraph")} shown.`);
}

function choose(view, tab) {
  if (tab.dataset.language !== view.language) view.show(tab.dataset.language);
  tab.focus();
  remember(view);
}

/** Goes to a unit even where a filter hides it. */
function reveal(view, index) {
  if (view.list.nodes[index].hidden) {
    for (const id of ["check", "severity", "state", "search"]) $(id).value = "";
    view.list.arrange();
  }
  view.list.go(index);
}

function lightSentence(view, sentence, lit) {
  if (!sentence) return;
  for (const twin of $("summary").querySelectorAll(`[data-sentence="${sentence.dataset.sentence}"]`)) twin.classList.toggle("lit", lit);
  for (const block of sentence.dataset.blocks.split(" ").filter(Boolean)) {
    view.list.nodes[view.store.positions.get(Number(block))].classList.toggle("bearing", lit);
  }
}

function hovered(view, target) {
  const { list } = view;
  for (const node of list.container.querySelectorAll(".near")) node.classList.remove("near");
  const node = target.closest(".unit");
  const line = target.closest("[data-finding]");
  const piece = target.closest("mark");
  const at = line?.dataset.finding ?? piece?.dataset.of.split(" ");
  if (!node || at === undefined) return;
  for (const one of [at].flat()) list.lightIn({ index: Number(node.dataset.index), at: Number(one) }, "near");
}

function clicked(view, event) {
  const node = event.target.closest(".unit");
  if (!node) return;
  const index = Number(node.dataset.index);
  const piece = event.target.closest("mark");
  if (piece) view.list.light({ index, at: Number(piece.dataset.of.split(" ")[0]) });
  const pressed = event.target.closest("[data-action]");
  if (!pressed) return;
  const editor = editorAt(view, pressed);
  const { action, at, mark: sign } = pressed.dataset;
  view.list.select(index);
  if (action === "insert") insertMark(editor, sign);
  else if (action === "save") actions.save(view, editor);
  else if (action === "save-next") actions.save(view, editor, { next: true });
  else if (action === "leave" || action === "discard") actions[action](view, editor);
  else if (action === "ignore" || action === "heed") actions.ignore(view, index, Number(at), action);
  else actions[action](view, index);
}

start();
