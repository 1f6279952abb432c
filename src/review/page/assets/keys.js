// The keys. They work whatever layout, Caps Lock or Shift is on, never fire into a field, and can be turned off.

const KEYS_OFF = "gloss.review:keys-off";

function keysAreOn() {
  return $("keys-on").checked;
}

function listenToKeys(view) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 && isTyping(event.target)) return;
    const name = keyName(event);
    const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (command && name === "Enter") return void (acceptAndNext(view), event.preventDefault());
    if (event.ctrlKey || event.metaKey || (event.altKey && !event.getModifierState("AltGraph"))) return;
    if (name === "Escape") return leaveKey(view, event);
    if (isTyping(event.target) || $("help").open || !keysAreOn()) return;
    if (name === "Enter" && event.target.closest("button, a, summary, input")) return;
    const act = bindings[name];
    if (!act || (event.repeat && !["j", "k", "n", "p"].includes(name))) return;
    event.preventDefault();
    act(view);
  });
  try {
    $("keys-on").checked = localStorage.getItem(KEYS_OFF) === null;
  } catch {
    $("keys-on").checked = true;
  }
  $("keys-on").addEventListener("change", () => {
    try {
      if (keysAreOn()) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, "1");
    } catch {
      view.say("This browser keeps no settings: the keys are as you set them until you close the page.");
    }
  });
}

const bindings = {
  j: (view) => view.list.step(1) || view.say("That was the last paragraph."),
  k: (view) => view.list.step(-1) || view.say("That was the first paragraph."),
  n: (view) => view.list.stepFinding(1) || view.say("No further finding."),
  p: (view) => view.list.stepFinding(-1) || view.say("No earlier finding."),
  i: ignoreCurrent,
  u: (view) => actions.undo(view),
  Enter: (view) => (view.list.current >= 0 ? actions.edit(view, view.list.current) : view.list.step(1)),
  "/": () => {
    $("search").focus();
    $("search").select();
  },
  "?": () => $("help").showModal(),
};

function editorAt(view, target) {
  const node = target instanceof Element && target.closest(".editor");
  return node ? [...view.editors.values()].find((editor) => editor.node === node) : undefined;
}

function acceptAndNext(view) {
  if ($("help").open) return;
  const editor = editorAt(view, document.activeElement);
  if (editor) return void actions.save(view, editor, { next: true });
  if (isTyping(document.activeElement)) return;
  if (view.list.current < 0) return void view.list.step(1);
  actions.accept(view, view.list.current, { next: true });
}

function leaveKey(view, event) {
  if ($("help").open) return;
  const editor = editorAt(view, event.target);
  if (editor) actions.leave(view, editor);
  else if (event.target === $("search")) {
    $("search").value = "";
    view.list.arrange();
    $("search").blur();
    if (view.list.current >= 0) view.list.go(view.list.current);
  } else view.list.light(null);
}

/** The finding that is lit, or the only one, or the first one open, of the current unit. */
function ignoreCurrent(view) {
  const { list, store } = view;
  const lit = list.finding;
  const index = lit?.index ?? list.current;
  if (index < 0) return view.say("Choose a finding first, with n.");
  const open = store.unit(view.language, index).findings.filter((finding) => finding.open);
  const finding = open.find(({ at }) => at === lit?.at) ?? open[0];
  if (!finding) return view.say("No open finding here.");
  return actions.ignore(view, index, finding.at);
}
