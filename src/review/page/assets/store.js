// What a person did: an ordered journal of changes over what the page was written with. Opened from disk it lives in
// the browser's storage until it is exported; served, a change counts when the server has said so.

const MARK = "changes";
const SCHEMA = 1;

/** How long a server on this machine may take over one change. */
const PATIENCE_MS = 20_000;

const isAnswer = (change) => ["edit", "accept", "revert"].includes(change.action);
const slotOf = (change) =>
  JSON.stringify([change.language, change.block, ...(isAnswer(change) ? [] : [change.check, change.message])]);

class Store {
  constructor(page) {
    this.document = page.document;
    this.server = page.server ?? null;
    this.key = `gloss.review:${this.document.path}:${this.document.digest}`;
    this.journal = [];
    /** Kept changes whose source text stands nowhere in the article any more. */
    this.strays = [];
    this.exported = 0;
    this.kept = true;
    this.translations = new Map(this.document.translations.map((translation) => [translation.language, translation]));
    this.positions = new Map(this.document.units.map((unit, index) => [unit.block, index]));
    this.queue = Promise.resolve();
    /** Served: what takes each change back, and the changes that the data has by now. */
    this.contraries = new Map();
    this.settled = new Set();
    /** What there is to know of a unit: served, of one that was saved; else, of one that somebody else has changed. */
    this.remarks = new Map();
    this.replay();
    this.load();
  }

  /** Reads what earlier visits kept; what the page's own data has by now is let go. */
  load() {
    if (this.server) return;
    this.journal = [];
    this.strays = [];
    this.remarks.clear();
    try {
      const kept = this.read(this.key);
      const before = this.earlierKeys();
      for (const change of [...before.flatMap((key) => this.read(key).changes), ...kept.changes]) this.place(change);
      this.exported = before.length > 0 ? 0 : kept.exported;
      this.replay();
      const pending = new Set(this.fold().map(slotOf));
      this.journal = this.journal.filter((change) => pending.has(slotOf(change)));
      for (const change of this.fold()) this.noteOvertaken(change);
      if (before.length > 0) this.save();
      if (this.kept) for (const key of before) localStorage.removeItem(key);
    } catch {
      this.kept = false;
    }
    this.replay();
  }

  read(key) {
    const { changes = [], exported = 0, page = null } = JSON.parse(localStorage.getItem(key) ?? "{}");
    return { changes, exported, page };
  }

  /** Where this very file kept changes when the article had another text: a new run must not make them vanish. */
  earlierKeys() {
    const start = this.key.slice(0, this.key.length - this.document.digest.length);
    return Object.keys(localStorage).filter(
      (key) => key !== this.key && key.startsWith(start) && /^[0-9a-f]+$/.test(key.slice(start.length)) && this.read(key).page === location.pathname,
    );
  }

  /** Puts a kept change where its source text stands now. One whose text is gone is exported all the same. */
  place(change) {
    const { units } = this.document;
    const there = this.positions.get(change.block);
    const index = units[there]?.text === change.source ? there : units.findIndex(({ text }) => text === change.source);
    if (index >= 0 && this.translations.has(change.language)) this.journal.push({ ...change, block: units[index].block });
    else this.strays.push(change);
  }

  save() {
    if (this.server) return;
    try {
      const changes = [...this.strays, ...this.journal];
      if (changes.length === 0) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify({ changes, exported: this.exported, page: location.pathname }));
      this.kept = true;
    } catch {
      this.kept = false;
    }
  }

  /** Folds the journal: by slot, the last word. */
  replay() {
    this.last = new Map();
    this.known = new Map();
    for (const change of this.journal) this.last.set(slotOf(change), change);
  }

  /** A unit as it stands with what the person did. */
  unit(language, index) {
    if (!this.known.has(language)) this.known.set(language, []);
    const known = this.known.get(language);
    return (known[index] ??= this.work(language, index));
  }

  work(language, index) {
    const written = this.translations.get(language).units[index];
    const block = this.document.units[index].block;
    // Every unit is asked for when a page opens, and then most often nothing was done yet.
    const said = (...slot) => (this.last.size === 0 ? undefined : this.last.get(JSON.stringify([language, block, ...slot])));
    const answer = said();
    const now = { state: written.state, text: written.text ?? null, engine: written.engine, error: written.error, earlier: written.earlier, done: null };
    if (this.settled.has(answer)) now.done = answer.action;
    else if (answer?.action === "edit" || answer?.action === "accept") {
      Object.assign(now, { state: "human", text: answer.text, error: undefined, done: answer.action });
    } else if (answer?.action === "revert" && written.state === "human") {
      Object.assign(now, { state: "machine", text: written.machine ?? null, engine: undefined, done: "revert" });
    }
    const edited = now.text !== (written.text ?? null);
    now.findings = (written.findings ?? []).map((finding, at) => {
      const last = said(finding.check, finding.message);
      const ignored = last && !this.settled.has(last) ? last.action === "ignore" : finding.ignored === true;
      // A person's text is theirs to judge, but for what would have been refused: that stays open until it is ignored.
      const open = !ignored && (now.state !== "human" || (finding.severity === "hard" && !edited));
      return { ...finding, at, ignored, stale: edited, open };
    });
    return now;
  }

  change(language, index, action) {
    const { block, text } = this.document.units[index];
    return { path: this.document.path, language, block, source: text, ...action };
  }

  /** Does one thing; resolves with an error's words, or null when it stands. */
  act(change) {
    const made = this.server ? change : this.withSeen(change);
    return this.send(made, () => {
      if (!this.server) this.remarks.delete(this.placeOf(change));
      this.journal.push(made);
      this.replay();
      this.save();
    });
  }

  placeOf({ language, block }) {
    return `${language} ${this.positions.get(block)}`;
  }

  /** A kept change whose unit has another person's text by now: an import would refuse it. */
  noteOvertaken(change) {
    const { state, text } = this.translations.get(change.language).units[this.positions.get(change.block)];
    if (state !== "human" || !change.seen || change.seen.includes(text)) return;
    this.remarks.set(this.placeOf(change), `A person has given another text since: “${text}”. Save yours again to put it in its place, or undo it.`);
  }

  /** Takes the last thing back; resolves with `{ change, error }`, or null where there is nothing to take back. */
  async undo() {
    const change = this.journal.at(-1);
    if (!change) return null;
    const error = await this.send(this.contrary(change), () => {
      const at = this.journal.lastIndexOf(change);
      if (at >= 0) this.journal.splice(at, 1);
      this.exported = Math.min(this.exported, this.journal.length);
      this.replay();
      this.save();
    });
    return { change, error };
  }

  /** The change that brings back what stood before the last one. */
  contrary(change) {
    if (this.contraries.has(change)) return this.contraries.get(change);
    if (change.action === "ignore") return { ...change, action: "heed" };
    if (change.action === "heed") return { ...change, action: "ignore" };
    const { path, language, block, source } = change;
    const without = Object.create(this);
    without.journal = this.journal.at(-1) === change ? this.journal.slice(0, -1) : this.journal;
    without.replay();
    const before = without.unit(language, this.positions.get(block));
    return before.state === "human"
      ? { path, language, block, source, action: "edit", text: before.text }
      : { path, language, block, source, action: "revert" };
  }

  /** One request after another, in the order in which things were done. */
  send(change, stands) {
    if (!this.server) {
      stands();
      return Promise.resolve(null);
    }
    const sent = this.queue.then(async () => {
      const contrary = this.contrary(change);
      const { error, unit, message } = await this.post(change);
      if (error === null) {
        stands();
        this.contraries.set(change, contrary);
      }
      if (unit) this.put(change, unit, error === null);
      const place = this.placeOf(change);
      if (error === null && message) this.remarks.set(place, message);
      else this.remarks.delete(place);
      return error;
    });
    this.queue = sent.catch(() => null);
    return sent;
  }

  async post(change) {
    let reply;
    try {
      reply = await fetch(this.server.changes, {
        method: "POST",
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: { "Content-Type": "application/json", "X-Gloss-Token": this.server.token },
        body: JSON.stringify({ gloss: MARK, schema: SCHEMA, changes: [this.withSeen(change)] }),
      });
    } catch {
      return { error: "the server does not answer: is `gloss review` still running?" };
    }
    if ([401, 403, 404, 421].includes(reply.status)) return { error: "the server refuses this page: open it again from `gloss review`" };
    try {
      const result = (await reply.json()).results[0];
      return { error: result.ok === true ? null : String(result.error ?? "the server gave no reason"), unit: result.unit, message: result.message };
    } catch {
      return { error: `the server's answer was not understood (status ${reply.status})` };
    }
  }

  /** An answer counts only over what this page showed: what others did since is not written over unseen. */
  withSeen(change) {
    if (!isAnswer(change)) return change;
    const index = this.positions.get(change.block);
    const shown = this.unit(change.language, index).text ?? "";
    if (this.server) return { ...change, seen: [shown] };
    // What was written here before may have been taken over meanwhile.
    const written = this.translations.get(change.language).units[index].text ?? "";
    return { ...change, seen: [...new Set([...(this.last.get(slotOf(change))?.seen ?? []), written, shown])] };
  }

  /** Takes the unit as the server has it: what was done here is in it, or was overtaken where a change was refused. */
  put({ language, block }, unit, stands) {
    this.translations.get(language).units[this.positions.get(block)] = unit;
    const here = (done) => done.language === language && done.block === block;
    if (!stands) this.journal = this.journal.filter((done) => !here(done) || !isAnswer(done));
    for (const done of this.journal.filter(here)) this.settled.add(done);
    this.replay();
  }

  /** What is to be exported: what differs from what the page was written with, and what found no place in it. */
  pending() {
    return [...this.fold(), ...this.strays];
  }

  /** What differs from what the page was written with, in the document's order. */
  fold() {
    const found = [];
    for (const change of this.last.values()) {
      const index = this.positions.get(change.block);
      const written = this.translations.get(change.language).units[index];
      const same = {
        edit: () => written.state === "human" && written.text === change.text,
        accept: () => written.state === "human" && written.text === change.text,
        revert: () => written.state !== "human",
        ignore: () => this.wasIgnored(written, change) === true,
        heed: () => this.wasIgnored(written, change) !== true,
      }[change.action];
      if (same && !same()) found.push(change);
    }
    const languages = [...this.translations.keys()];
    const place = (change) => [languages.indexOf(change.language), this.positions.get(change.block), isAnswer(change) ? 0 : 1];
    return found
      .map((change) => ({ change, place: place(change) }))
      .sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1] || a.place[2] - b.place[2])
      .map(({ change }) => change);
  }

  wasIgnored(written, { check, message }) {
    return (written.findings ?? []).find((finding) => finding.check === check && finding.message === message)?.ignored;
  }

  /** Hands the changes over as a file, and keeps them: they may be exported again. */
  export() {
    const changes = this.pending();
    const text = JSON.stringify({ gloss: MARK, schema: SCHEMA, changes }, null, 2) + "\n";
    const link = el("a", { download: this.exportName() });
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    // Whoever has the file needs them here no more.
    this.strays = [];
    this.exported = this.journal.length;
    this.save();
    return changes.length;
  }

  /** `name.changes.json` for `folder/name.txt`. */
  exportName() {
    const name = this.document.path.split("/").at(-1);
    return `${name.replace(/(?!^)\.[^.]*$/, "")}.changes.json`;
  }
}
