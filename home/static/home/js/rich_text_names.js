/* A rich text editor is named after its field's label (WCAG 2.1, 4.1.2). Wagtail's label is
 * for the hidden field that keeps the text, so whoever cannot see would hear "text box". */
(() => {
  const nameEditors = () => {
    const unnamed = ".Draftail-Editor [role=textbox]:not([aria-labelledby], [aria-label])";
    for (const box of document.querySelectorAll(unnamed)) {
      const field = box.closest("[data-draftail-editor-wrapper]")?.parentElement;
      const input = field?.querySelector("input[data-draftail-input]");
      const label = input?.id && document.querySelector(`label[for="${input.id}"]`);
      if (!label) continue;
      label.id ||= `${input.id}-name`;
      box.setAttribute("aria-labelledby", label.id);
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    nameEditors();
    // Editors come after the page, and with each block that is added.
    new MutationObserver(nameEditors).observe(document.body, {
      childList: true,
      subtree: true,
    });
  });
})();
