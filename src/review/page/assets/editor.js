// The box in which an answer is written: a plain text area with the canonical text.

/** Builds the editor of a unit. `text` is what it begins with. */
function makeEditor(view, index, text) {
  const source = view.store.document.units[index];
  const marks = [...new Set(placeholders(source.text))];
  const box = el("textarea", {
    class: "box",
    rows: "3",
    spellcheck: "true",
    "aria-label": `Translation of paragraph ${numberOf(source.block)}`,
    "aria-describedby": `hint-${index}`,
    ...view.attributes(view.language),
  });
  box.value = text;
  const warning = el("p", { class: "warning", role: "alert", hidden: true });
  const node = el(
    "div",
    { class: "editor" },
    box,
    marks.length > 0 &&
      el(
        "p",
        { class: "marks" },
        "Put in: ",
        marks.map((sign) => {
          const number = Number(sign.slice(1, -1));
          const kept = source.kept?.[number - 1];
          return button("insert", [sign, kept && el("bdi", { class: "chip-text" }, kept)], {
            class: "chip-button",
            "data-mark": sign,
            title: kept ? `stands for: ${kept}` : "a formatting mark: it must stay, around the same words",
          });
        }),
      ),
    warning,
    el(
      "p",
      { class: "buttons" },
      button("save", "Save", { class: "primary" }),
      button("save-next", "Save and next", {}),
      button("leave", "Leave", { class: "quiet" }),
      button("discard", "Discard", { class: "quiet" }),
    ),
    el(
      "p",
      { class: "hint", id: `hint-${index}` },
      marks.length > 0 && "Each ⟦n⟧ stands for something kept from the source (a link, code, emphasis): leave every one in. ",
      "Ctrl+Enter saves and goes on; Esc leaves and keeps a draft.",
    ),
  );
  const editor = { node, box, warning, index, language: view.language, began: text, warned: null };
  box.addEventListener("input", () => {
    grow(box);
    if (editor.warned !== null && box.value !== editor.warned) warn(editor, null);
  });
  return editor;
}

/** As high as its text. */
function grow(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

/** What stands in the box, on one line, as a canonical text is. */
function boxText(view, editor) {
  const between = view.languages[editor.language]?.spaceless ? "" : " ";
  return editor.box.value.replace(/[ \t]*[\r\n]+\s*/g, between).trim();
}

function warn(editor, words) {
  editor.warned = words === null ? null : editor.box.value;
  editor.warning.hidden = words === null;
  editor.warning.textContent = words ?? "";
}

/** Whether the text may be saved; says in the box why not. A second try with the same text goes through where only
 * placeholders differ. */
function maySave(view, editor) {
  const text = boxText(view, editor);
  if (text === "") {
    warn(editor, "The paragraph would be empty: write something, or leave with Esc.");
    editor.warned = null;
    return false;
  }
  const faults = placeholderFaults(view.store.document.units[editor.index].text, text);
  if (faults.length > 0 && editor.warned !== editor.box.value) {
    warn(editor, `${faults.join(", ")}: what it stands for could not be put back, and gloss may refuse the text. Save again to save it all the same.`);
    return false;
  }
  return true;
}

/** Puts a placeholder where the caret is. */
function insertMark(editor, sign) {
  editor.box.setRangeText(sign, editor.box.selectionStart, editor.box.selectionEnd, "end");
  editor.box.dispatchEvent(new Event("input"));
  editor.box.focus();
}
