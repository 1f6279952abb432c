// What a person did: an ordered journal of changes over what the page was written with. Opened from disk it lives in
// the browser's storage until it is exported; served, a change counts when the server has said so.

const MARK = "changes";
const SCHEMA = 1;

const isAnswer = (change) => ["edit", "accept", "revert"].includes(change.action);
const slotOf = (change) =>
  JSON.stringify([change.language, change.block, ...(isAnswer(change) ? [] : [change.check, change.message])]);

class Store {
  constructor(page) {
    this.document = page.document;
    this.server = page.server ?? null;
    this.key = `gloss.review:${this.document.path}:${this.document.digest}`;
    this.journal = [];
    this.exported = 0;
    this.kept = true;
    this.translations = new Map(this.document.translations.map((translation) => [translation.language, translation]));
    this.positions = new Map(this.document.units.map((unit, index) => [unit.block, index]));
    this.queue = Promise.resolve();
    this.load();
  }

  /** Reads what an earlier visit kept; what the page's own data has by now is let go. */
  load() {
    if (this.server) return;
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
      this.journal = (kept?.changes ?? []).filter((change) => this.fits(change));
      this.exported = kept?.exported ?? 0;
    } catch {
      this.kept = false;
    }
    this.replay();
    const pending = new Set(this.pending().map(slotOf));
    this.journal = this.journal.filter((change) => pending.has(slotOf(change)));
    this.replay();
  }

  fits(change) {
    const index = this.positions.get(change.block);
    return index !== undefined && this.translations.has(change.language) && this.document.units[index].text === change.source;
  }

  save() {
    if (this.server) return;
    try {
      if (this.journal.length === 0) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify({ changes: this.journal, exported: this.exported }));
      this.kept = true;
    } catch {
      this.kept = false;
    }
  }

  /** Folds the journal: by slot, the last word. */
  replay() {
    this.last = new Map();
    for (const change of this.journal) this.last.set(slotOf(change), change);
  }

  /** A unit as it stands with what the person did. */
  unit(language, index) {
    const written = this.translations.get(language).units[index];
    const block = this.document.units[index].block;
    const answer = this.last.get(JSON.stringify([language, block]));
    const now = { state: written.state, text: written.text ?? null, engine: written.engine, error: written.error, earlier: written.earlier, done: null };
    if (answer?.action === "edit" || answer?.action === "accept") {
      Object.assign(now, { state: "human", text: answer.text, error: undefined, done: answer.action });
    } else if (answer?.action === "revert" && written.state === "human") {
      Object.assign(now, { state: "machine", text: null, engine: undefined, done: "revert" });
    }
    const edited = now.text !== (written.text ?? null);
    now.findings = (written.findings ?? []).map((finding, at) => {
      const said = this.last.get(JSON.stringify([language, block, finding.check, finding.message]));
      const ignored = said ? said.action === "ignore" : finding.ignored === true;
      return { ...finding, at, ignored, stale: edited, open: !ignored && now.state !== "human" };
    });
    return now;
  }

  change(language, index, action) {
    const { block, text } = this.document.units[index];
    return { path: this.document.path, language, block, source: text, ...action };
  }

  /** Does one thing; resolves with an error's words, or null when it stands. */
  act(change) {
    return this.send(change, () => {
      this.journal.push(change);
      this.replay();
      this.save();
    });
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
    if (change.action === "ignore") return { ...change, action: "heed" };
    if (change.action === "heed") return { ...change, action: "ignore" };
    const { path, language, block, source } = change;
    const without = Object.create(this);
    without.journal = this.journal.slice(0, -1);
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
      const error = await this.post(change);
      if (error === null) stands();
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
        headers: { "Content-Type": "application/json", "X-Gloss-Token": this.server.token },
        body: JSON.stringify({ gloss: MARK, schema: SCHEMA, changes: [change] }),
      });
    } catch {
      return "the server does not answer: is `gloss review` still running?";
    }
    if (reply.status === 401 || reply.status === 403) return "the server refuses this page: open it again from `gloss review`";
    try {
      const result = (await reply.json()).results[0];
      return result.ok === true ? null : String(result.error ?? "the server gave no reason");
    } catch {
      return `the server's answer was not understood (status ${reply.status})`;
    }
  }

  /** What differs from what the page was written with, in the document's order. */
  pending() {
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
