/* The picker of a segment's rules: pick_widget.html as a combobox (ARIA 1.2).

   The hidden input is the truth; everything else is drawn from it. Its values are ids or
   codes with commas. Options are all in the page, or are searched for at data-pick-url. */
(() => {
  const { Controller } = window.StimulusModule;
  const PAUSE_MS = 200;
  const SHOWN = 60;

  const make = (tag, attributes, text = "") => {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) =>
      element.setAttribute(name, value),
    );
    element.textContent = text;
    return element;
  };

  class PickController extends Controller {
    static targets = ["store", "chosen", "search", "list"];

    static values = {
      options: Array,
      url: String,
      nothing: String,
      remove: String,
      gone: String,
      more: String,
    };

    connect() {
      this.labels = new Map(this.optionsValue);
      this.current = -1;
      this.placeholder = this.searchTarget.placeholder;
      this.adoptLabel();
      const on = (name, act) => this.searchTarget.addEventListener(name, act);
      on("focus", () => this.open());
      on("click", () => this.open());
      on("input", () => this.wait());
      on("keydown", (event) => this.press(event));
      on("blur", () => this.close());
      // Pressing in the list must not take the focus away from the search line.
      this.listTarget.addEventListener("mousedown", (event) => {
        event.preventDefault();
        const option = event.target.closest("[data-value]");
        if (option) this.add(option.dataset.value);
      });
      this.draw();
      this.nameChosen();
    }

    disconnect() {
      clearTimeout(this.timer);
      this.close();
    }

    get values() {
      return this.storeTarget.value.split(",").filter(Boolean);
    }

    set values(values) {
      this.storeTarget.value = values.join(",");
      this.storeTarget.dispatchEvent(new Event("change", { bubbles: true }));
      this.draw();
    }

    /* Blocks point their label at the hidden input and describe the outermost element. */
    adoptLabel() {
      const form = this.element.closest("form") || document;
      const id = CSS.escape(this.storeTarget.id);
      form.querySelectorAll(`label[for="${id}"]`).forEach((label) => {
        label.htmlFor = this.searchTarget.id;
      });
      const described = this.element.getAttribute("aria-describedby");
      if (described) this.searchTarget.setAttribute("aria-describedby", described);
    }

    async nameChosen() {
      const unnamed = this.values.filter((value) => !this.labels.has(value));
      if (!unnamed.length || !this.urlValue) return;
      (await this.fetch({ ids: unnamed.join(",") })).forEach(([value, label]) =>
        this.labels.set(value, label),
      );
      this.draw();
    }

    draw() {
      const chips = this.values.map((value) => {
        const label = this.labels.get(value) || this.goneValue;
        const chip = make("li", { class: "pick__chip" });
        if (!this.labels.has(value)) chip.classList.add("pick__chip--gone");
        chip.append(make("span", {}, label));
        const button = make("button", { type: "button", class: "pick__remove" }, "×");
        button.setAttribute("aria-label", `${this.removeValue}: ${label}`);
        button.addEventListener("click", () => this.remove(value));
        chip.append(button);
        return chip;
      });
      this.chosenTarget.replaceChildren(...chips);
      this.searchTarget.placeholder = chips.length
        ? this.searchTarget.dataset.placeholderMore
        : this.placeholder;
    }

    add(value) {
      if (!this.values.includes(value)) this.values = [...this.values, value];
      this.searchTarget.value = "";
      this.open();
    }

    remove(value) {
      this.values = this.values.filter((one) => one !== value);
      this.searchTarget.focus();
    }

    wait() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.open(), this.urlValue ? PAUSE_MS : 0);
    }

    async open() {
      const text = this.searchTarget.value.trim();
      const found = this.urlValue ? await this.fetch({ q: text }) : this.filter(text);
      // An answer that was overtaken by further typing, or by leaving, is not shown.
      const isStale = text !== this.searchTarget.value.trim();
      if (isStale || document.activeElement !== this.searchTarget) return;
      found.forEach(([value, label]) => this.labels.set(value, label));
      const taken = new Set(this.values);
      this.show(found.filter(([value]) => !taken.has(value)));
    }

    filter(text) {
      const fold = (word) =>
        word
          .toLocaleLowerCase()
          .normalize("NFD")
          .replace(/\p{M}/gu, "");
      const words = fold(text).split(/\s+/);
      return this.optionsValue.filter(([, label]) =>
        words.every((word) => fold(label).includes(word)),
      );
    }

    async fetch(query) {
      const answer = await fetch(`${this.urlValue}?${new URLSearchParams(query)}`, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      if (!answer.ok) return [];
      return (await answer.json()).options;
    }

    show(options) {
      const id = this.listTarget.id;
      const rows = options
        .slice(0, SHOWN)
        .map(([value, label], number) =>
          make(
            "li",
            {
              "role": "option",
              "id": `${id}-${number}`,
              "class": "pick__option",
              "aria-selected": "false",
              "data-value": value,
            },
            label,
          ),
        );
      if (!rows.length) rows.push(make("li", { class: "pick__note" }, this.nothingValue));
      if (options.length > SHOWN)
        rows.push(make("li", { class: "pick__note" }, this.moreValue));
      this.listTarget.replaceChildren(...rows);
      this.listTarget.hidden = false;
      this.searchTarget.setAttribute("aria-expanded", "true");
      this.point(this.searchTarget.value && options.length ? 0 : -1);
    }

    close() {
      this.listTarget.hidden = true;
      this.searchTarget.setAttribute("aria-expanded", "false");
      this.searchTarget.removeAttribute("aria-activedescendant");
      this.searchTarget.value = "";
    }

    get rows() {
      return [...this.listTarget.querySelectorAll("[data-value]")];
    }

    point(number) {
      this.current = number;
      this.rows.forEach((row, at) => {
        row.classList.toggle("pick__option--current", at === number);
        row.setAttribute("aria-selected", String(at === number));
      });
      const row = this.rows[number];
      if (!row) {
        this.searchTarget.removeAttribute("aria-activedescendant");
        return;
      }
      this.searchTarget.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    }

    press(event) {
      const { rows, current } = this;
      const isOpen = !this.listTarget.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!isOpen) {
          this.open();
          return;
        }
        const step = event.key === "ArrowDown" ? 1 : -1;
        this.point((current + step + rows.length) % (rows.length || 1));
      } else if (event.key === "Enter") {
        // Enter chooses; it never sends the form from here.
        event.preventDefault();
        if (isOpen && rows[current]) this.add(rows[current].dataset.value);
      } else if (event.key === "Escape" && isOpen) {
        event.stopPropagation();
        this.close();
      } else if (event.key === "Backspace" && !this.searchTarget.value) {
        const last = this.values.at(-1);
        if (last) this.remove(last);
      }
    }
  }

  window.wagtail.app.register("pick", PickController);

  /* Who is in the segment is half of the screen: show it to whoever has not yet chosen
     which panel stays open. */
  const WIDE_ENOUGH = 1100;
  window.addEventListener("load", () => {
    const toggle = document.querySelector('[data-side-panel-toggle="preview"]');
    const isChosen = localStorage.getItem("wagtail:side-panel-open") !== null;
    if (toggle && !isChosen && window.innerWidth >= WIDE_ENOUGH) toggle.click();
  });
})();
