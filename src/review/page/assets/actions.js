// What a person can do to a unit, by key or by button; every action says what it did.

const actions = {
  edit(view, index, text) {
    if (view.editors.has(editorKey(view, index))) return view.editors.get(editorKey(view, index)).box.focus();
    if (view.store.unit(view.language, index).state === "dropped") return view.say("This one is left out on purpose.");
    const key = editorKey(view, index);
    const editor = makeEditor(view, index, text ?? view.drafts.get(key) ?? view.store.unit(view.language, index).text ?? "");
    view.editors.set(key, editor);
    view.list.refresh(index);
    editor.box.focus();
    grow(editor.box);
    return editor;
  },

  /** Leaves the box; what was written in it is kept as a draft. */
  leave(view, editor) {
    const key = keyOfEditor(editor);
    const changed = editor.box.value !== (view.store.unit(editor.language, editor.index).text ?? "");
    if (changed) view.drafts.set(key, editor.box.value);
    else view.drafts.delete(key);
    close(view, editor);
    view.say(changed ? "Left. What you wrote is kept as a draft; Enter goes on with it." : "Left the edit.");
  },

  discard(view, editor) {
    view.drafts.delete(keyOfEditor(editor));
    view.notes.delete(keyOfEditor(editor));
    close(view, editor);
    view.say("Draft discarded.");
  },

  /** Saves what stands in the box: an edit, or an acceptance where nothing was changed. */
  async save(view, editor, { next = false } = {}) {
    if (view.saving.has(keyOfEditor(editor)) || !maySave(view, editor)) return false;
    const text = boxText(view, editor);
    const stood = view.store.unit(editor.language, editor.index).text;
    const action = text === stood ? { action: "accept", text } : { action: "edit", text };
    const done = await perform(view, editor.language, editor.index, action, () => {
      view.drafts.delete(keyOfEditor(editor));
      close(view, editor, { focus: !next });
    }, next);
    if (done) view.say(`Paragraph ${numberOf(view.store.document.units[editor.index].block)}: ${action.action === "edit" ? "your text is kept" : "accepted"}.`);
    return done;
  },

  async accept(view, index, { next = false } = {}) {
    const unit = view.store.unit(view.language, index);
    const number = numberOf(view.store.document.units[index].block);
    if (unit.state === "dropped" && next) return view.list.step(1);
    if (unit.text === null) {
      view.say(`Paragraph ${number} has no answer to accept: press Enter to write one.`);
      return false;
    }
    if (unit.state === "human" && unit.done !== null) {
      if (next) goNext(view);
      return true;
    }
    const done = await perform(view, view.language, index, { action: "accept", text: unit.text }, () => {}, next);
    if (done) view.say(`Paragraph ${number}: accepted.`);
    return done;
  },

  async revert(view, index) {
    if (await perform(view, view.language, index, { action: "revert" })) view.say("Taken back: the machine’s answer stands.");
  },

  /** Puts an earlier human text here: at once where its placeholders fit, else in the box. */
  async use(view, index) {
    const source = view.store.document.units[index];
    const { text } = view.store.unit(view.language, index).earlier;
    if (placeholderFaults(source.text, text).length > 0) {
      const editor = actions.edit(view, index, text);
      if (editor) maySave(view, editor);
      return;
    }
    if (await perform(view, view.language, index, { action: "edit", text })) view.say("The earlier text stands here again.");
  },

  async ignore(view, index, at, action = "ignore") {
    const finding = view.store.unit(view.language, index).findings[at];
    const { check, message } = finding;
    if (await perform(view, view.language, index, { action, check, message })) {
      view.say(action === "ignore" ? `Finding ${check} ignored.` : `Finding ${check} counts again.`);
    }
  },

  async undo(view) {
    if (view.undoing) return;
    view.undoing = true;
    const undone = await view.store.undo();
    view.undoing = false;
    if (undone === null) return view.say("Nothing to undo.");
    const { change, error } = undone;
    const index = view.store.positions.get(change.block);
    if (change.language !== view.language) view.show(change.language);
    settle(view, change.language, index, error);
    view.list.go(index);
    view.say(error ? `Not undone: ${error}` : `Undone: ${change.action} of paragraph ${numberOf(change.block)}.`);
  },
};

const keyOfEditor = (editor) => `${editor.language} ${editor.index}`;

function close(view, editor, { focus = true } = {}) {
  view.editors.delete(keyOfEditor(editor));
  if (editor.language !== view.language) return;
  view.list.refresh(editor.index);
  if (focus) view.list.nodes[editor.index].focus({ preventScroll: true });
}

/** Does a change and shows what came of it. Where it is refused the editor stays as it is. */
async function perform(view, language, index, action, stands = () => {}, next = false) {
  const key = `${language} ${index}`;
  const sent = view.store.act(view.store.change(language, index, action));
  if (view.store.server) {
    view.saving.add(key);
    if (language === view.language) view.list.refresh(index);
  }
  if (next) goNext(view);
  const error = await sent;
  view.saving.delete(key);
  if (error === null) stands();
  settle(view, language, index, error);
  if (error !== null) view.say(`Not saved: ${error}`);
  return error === null;
}

function settle(view, language, index, error) {
  const key = `${language} ${index}`;
  if (error === null) view.notes.delete(key);
  else view.notes.set(key, error);
  if (language === view.language) view.list.refresh(index);
  drawCounts(view, language);
}

function goNext(view) {
  if (!view.list.step(1)) view.say("That was the last paragraph.");
}
