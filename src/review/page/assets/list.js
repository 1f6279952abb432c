// The list of units: built as the browser has time, in order and filtered, one of them the current one.

const AT_ONCE = 30;
const SLICE_MS = 10;

class List {
  constructor(view) {
    this.view = view;
    this.container = $("units");
    this.current = -1;
    this.finding = null;
    this.task = 0;
  }

  /** Puts an empty element for each unit, fills the first ones now and the others in slices. */
  draw() {
    const units = this.view.store.document.units;
    this.nodes = units.map((unit, index) => el("article", { class: "unit", id: `u-${unit.block}`, "data-index": index, tabindex: "-1" }));
    this.order = units.map((_, index) => index);
    this.container.replaceChildren(...this.nodes);
    this.arrange();
    if (this.current >= 0) this.nodes[this.current].setAttribute("aria-current", "true");
  }

  /** Orders and filters by what is chosen; an action alone moves nothing under the reader's hands. */
  arrange() {
    const { store, language } = this.view;
    const states = this.nodes.map((_, index) => store.unit(language, index));
    const wanted = filterOf(this.view);
    this.order = this.nodes.map((_, index) => index);
    if ($("order").value === "worst") {
      const weight = states.map(badness);
      this.order.sort((a, b) => weight[b] - weight[a] || a - b);
    }
    const sorted = $("order").value === "worst";
    if (sorted || this.sorted) this.container.replaceChildren(...this.order.map((index) => this.nodes[index]));
    this.sorted = sorted;
    let shown = 0;
    for (const index of this.order) {
      const fits = wanted(store.document.units[index], states[index]);
      this.nodes[index].hidden = !fits;
      if (fits) shown++;
    }
    this.shown = this.order.filter((index) => !this.nodes[index].hidden);
    $("none").hidden = shown > 0 || this.nodes.length === 0;
    $("shown").textContent = shown === this.nodes.length ? "" : `${shown.toLocaleString("en")} shown`;
    this.fill();
    this.highlight();
  }

  fill() {
    const task = ++this.task;
    const waiting = this.shown.concat(this.order.filter((index) => this.nodes[index].hidden)).filter((index) => !this.isBuilt(index));
    let next = 0;
    const build = (until) => {
      while (next < waiting.length && until()) this.build(waiting[next++]);
    };
    build(() => next < AT_ONCE);
    const slice = () => {
      if (task !== this.task) return;
      const end = performance.now() + SLICE_MS;
      build(() => performance.now() < end);
      if (next < waiting.length) setTimeout(slice);
      else this.highlight();
    };
    if (next < waiting.length) setTimeout(slice);
  }

  isBuilt(index) {
    return this.nodes[index].dataset.built !== undefined;
  }

  build(index) {
    if (!this.isBuilt(index)) fillUnit(this.nodes[index], this.view, index);
  }

  /** Everything, at once: for print. */
  buildAll() {
    this.task++;
    for (const index of this.order) this.build(index);
  }

  /** Draws one unit again, and keeps the focus where it was. */
  refresh(index) {
    const node = this.nodes[index];
    const inside = node.contains(document.activeElement);
    fillUnit(node, this.view, index);
    const editor = this.view.editors.get(editorKey(this.view, index));
    if (inside) (editor ? editor.box : node).focus({ preventScroll: true });
    this.light(this.finding);
  }

  go(index, { focus = true } = {}) {
    if (index === undefined || index < 0) return false;
    this.select(index);
    this.build(index);
    const node = this.nodes[index];
    if (focus) node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
    const bottom = node.getBoundingClientRect().bottom;
    if (bottom > innerHeight * 0.85) node.scrollIntoView({ block: "center" });
    return true;
  }

  select(index) {
    if (index === this.current) return;
    this.nodes[this.current]?.removeAttribute("aria-current");
    this.current = index;
    this.nodes[index].setAttribute("aria-current", "true");
    if (this.finding?.index !== index) this.light(null);
  }

  /** The unit `step` places on among those shown; none beyond the ends. */
  step(step) {
    const at = this.shown.indexOf(this.current);
    const next = this.current < 0 || at < 0 ? (step > 0 ? 0 : this.shown.length - 1) : at + step;
    return this.go(this.shown[next]);
  }

  /** The open finding after or before the current place. */
  stepFinding(step) {
    const { store, language } = this.view;
    const all = this.shown.flatMap((index) => store.unit(language, index).findings.filter((finding) => finding.open).map(({ at }) => ({ index, at })));
    const rank = (index) => this.shown.indexOf(index);
    const here = [rank(this.current), this.finding?.index === this.current ? this.finding.at : step > 0 ? -1 : Infinity];
    const after = ({ index, at }) => rank(index) - here[0] || at - here[1];
    const next = step > 0 ? all.find((one) => after(one) > 0) : all.findLast((one) => after(one) < 0);
    if (!next) return false;
    this.go(next.index, { focus: false });
    this.light(next);
    this.nodes[next.index].querySelector(`[data-finding="${next.at}"]`)?.focus({ preventScroll: true });
    return true;
  }

  /** Lights both spans of a finding and its line; `null` puts the light out. */
  light(finding) {
    for (const node of this.container.querySelectorAll(".lit")) node.classList.remove("lit");
    this.finding = finding;
    if (finding) this.lightIn(finding, "lit");
  }

  lightIn({ index, at }, name) {
    const node = this.nodes[index];
    node.querySelector(`[data-finding="${at}"]`)?.classList.add(name);
    for (const piece of node.querySelectorAll("mark")) {
      if (piece.dataset.of.split(" ").includes(String(at))) piece.classList.add(name);
    }
  }

  /** Shows where the searched words stand, where the browser can without touching the text. */
  highlight() {
    if (!globalThis.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("found");
    const words = searched();
    if (words === "") return;
    const ranges = [];
    for (const index of this.shown) {
      if (!this.isBuilt(index)) continue;
      const walker = document.createTreeWalker(this.nodes[index], NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode.data.toLowerCase();
        if (text.length !== walker.currentNode.data.length) continue;
        for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
          const range = new Range();
          range.setStart(walker.currentNode, at);
          range.setEnd(walker.currentNode, at + words.length);
          if (ranges.push(range) > 2000) return void CSS.highlights.set("found", new Highlight(...ranges));
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }
}

/** Failed before all, then by the gravest open finding, then by how often such a finding is true. */
function badness(unit) {
  if (unit.state === "failed") return 1000;
  let worst = 0;
  for (const finding of unit.findings) {
    if (finding.open) worst = Math.max(worst, RANK[finding.severity] * 200 + (finding.precision ?? 50));
  }
  return worst;
}

const searched = () => $("search").value.trim().toLowerCase();

/** What the controls let through. */
function filterOf() {
  const check = $("check").value;
  const severity = $("severity").value;
  const state = $("state").value;
  const words = searched();
  return (source, unit) => {
    const found = unit.findings.filter((finding) => !finding.ignored && (check === "" || finding.check === check));
    if (check !== "" && found.length === 0) return false;
    if (severity === "any" && found.length === 0) return false;
    if (RANK[severity] && !found.some((finding) => finding.severity === severity)) return false;
    if (state === "open" && (unit.state === "human" || unit.state === "dropped")) return false;
    if (state !== "" && state !== "open" && unit.state !== state) return false;
    const shown = (text) => text.replace(/⟦(\d+)⟧/g, (_, number) => source.kept?.[number - 1] ?? "").toLowerCase();
    return words === "" || shown(source.text).includes(words) || shown(unit.text ?? "").includes(words);
  };
}
