/* What the check says about a block stands at the block too, folded or not: what was
 * found, and whom it is limited to. Drawn anew after every check; blocks that are gone or
 * new are passed over. All words come from the server. */
(() => {
  function drawMark({ kind, label, words }) {
    const item = document.createElement("li");
    item.className = `rb-mark rb-mark--${kind}`;
    if (label) {
      const name = document.createElement("b");
      name.textContent = `${label}: `;
      item.append(name);
    }
    item.append(words);
    return item;
  }

  /* Whoever comes to a block by keyboard hears its marks with its name. */
  function describe(toggle, id, isMarked) {
    if (!toggle) return;
    const ids = (toggle.getAttribute("aria-describedby") || "").split(" ");
    const others = ids.filter((other) => other && other !== id);
    toggle.setAttribute("aria-describedby", [...others, ...(isMarked ? [id] : [])].join(" "));
  }

  function show(section, marks) {
    const id = `${section.id}-marks`;
    const old = document.getElementById(id);
    describe(section.querySelector("[data-panel-toggle]"), id, marks.length > 0);
    if (!marks.length) {
      old?.remove();
      return;
    }
    const list = old || document.createElement("ul");
    list.id = id;
    list.className = "rb-marks";
    list.replaceChildren(...marks.map(drawMark));
    if (!old) section.querySelector(".w-panel__header").after(list);
  }

  document.addEventListener("rb-check:checked", ({ detail: { blocks } }) => {
    const marks = new Map(blocks.map((block) => [`block-${block.id}-section`, block.marks]));
    document.querySelectorAll(".rb-marks").forEach((list) => {
      const section = list.closest("section");
      if (!marks.has(section.id)) show(section, []);
    });
    marks.forEach((lines, id) => {
      const section = document.getElementById(id);
      if (section) show(section, lines);
    });
  });
})();
