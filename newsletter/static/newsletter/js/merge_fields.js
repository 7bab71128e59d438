/* A menu of merge fields at every text that goes into a letter: subject, preheader and the
 * texts of blocks. It stands after the field in the order of the keyboard, and is drawn
 * when the field is first entered. All words come from the server. */
(() => {
  const words = JSON.parse(document.getElementById("rb-merge-fields").textContent);
  const TEXTS =
    ".content-block input[type=text], .content-block textarea, .content-block [contenteditable=true], " +
    "#id_newsletter_subject, #id_preheader";
  /* Dates and figures are shorter than any field. */
  const SHORTEST = 40;

  /* Where the caret is in rich text: a menu takes the focus away. */
  let left = null;

  function takesFields(text) {
    return text.matches(TEXTS) && !(text.maxLength > 0 && text.maxLength < SHORTEST);
  }

  function insertIntoText(text, written, fallback) {
    text.focus();
    const [start, end] = [text.selectionStart, text.selectionEnd];
    text.setRangeText(written, start, end, "end");
    const last = start + written.length - 2;
    /* The fallback is selected: to write another is to type on. */
    text.setSelectionRange(last - fallback.length, last);
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function insertIntoRichText(text, written) {
    const caret = left;
    text.focus();
    if (caret && text.contains(caret.startContainer)) {
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(caret);
    }
    /* Draft.js listens to what a browser does when somebody types, and takes over where
     * the caret is a moment after it was put there. */
    window.setTimeout(() => document.execCommand("insertText", false, written), 50);
  }

  function insert(text, field) {
    const written = `[[${field.name}|${field.fallback}]]`;
    if (text.isContentEditable) insertIntoRichText(text, written);
    else insertIntoText(text, written, field.fallback);
  }

  function drawMenu(text) {
    const details = document.createElement("details");
    details.className = "rb-merge";
    const summary = document.createElement("summary");
    summary.textContent = words.button;
    const list = document.createElement("ul");
    list.setAttribute("aria-label", words.menu);
    words.fields.forEach((field) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      const name = document.createElement("b");
      name.textContent = field.label;
      const code = document.createElement("code");
      code.textContent = `[[${field.name}|${field.fallback}]]`;
      button.append(name, code);
      button.addEventListener("click", () => {
        details.open = false;
        insert(text, field);
      });
      item.append(button);
      list.append(item);
    });
    details.append(summary, list);
    details.addEventListener("keydown", (event) => move(event, details));
    details.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !details.contains(relatedTarget)) details.open = false;
    });
    return details;
  }

  function move(event, details) {
    const places = [...details.querySelectorAll("summary, button")];
    const at = places.indexOf(document.activeElement);
    if (event.key === "Escape" && details.open) {
      details.open = false;
      places[0].focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      details.open = true;
      const step = event.key === "ArrowDown" ? 1 : -1;
      places[(at + step + places.length) % places.length].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLElement) || !takesFields(target)) return;
    const field = target.closest("[data-field-input], .w-field__input") || target.parentElement;
    if (field.querySelector(":scope > .rb-merge")) return;
    /* Right after the text, before Wagtail's button for comments. */
    const next = [...field.children].find((part) => part.matches("[data-comment-add]"));
    field.insertBefore(drawMenu(target), next || null);
  });

  document.addEventListener("selectionchange", () => {
    const selection = window.getSelection();
    if (document.activeElement?.isContentEditable && selection.rangeCount) {
      left = selection.getRangeAt(0).cloneRange();
    }
  });
})();
