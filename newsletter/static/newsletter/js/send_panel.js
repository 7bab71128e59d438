/* The send panel: asks for the figures every second while a send moves, and for the
 * audience when a dialog opens. All words come from the server. */
window.wagtail.app.register(
  "rb-send",
  class extends window.StimulusModule.Controller {
    static targets = ["status", "trouble"];

    static values = {
      statusUrl: String,
      audienceUrl: String,
      trouble: String,
      counting: String,
    };

    connect() {
      if (this.statusUrlValue) this.wait();
      if (document.readyState === "complete") this.showAnswer();
      else window.addEventListener("load", () => this.showAnswer(), { once: true });
    }

    /* The address names the tab of the panel, so that a browser scrolls past what Wagtail
     * says at the top of the page: that a test is on its way, or why it is not. Of a send
     * that moves the panel says it all, and has the button that takes it back. */
    showAnswer() {
      const said = document.querySelector(".messages li");
      if (!said) return;
      const isMoving = this.statusUrlValue && !document.querySelector(".messages .error");
      const place = isMoving ? this.statusTarget : said;
      window.setTimeout(() => place.scrollIntoView({ block: "center" }), 100);
    }

    disconnect() {
      window.clearTimeout(this.timer);
    }

    wait() {
      this.timer = window.setTimeout(() => this.poll(), 1000);
    }

    async poll() {
      let isMoving = true;
      if (!document.hidden) {
        try {
          const answer = await this.fetchJson(this.statusUrlValue);
          this.show(answer);
          isMoving = answer.is_moving;
          this.say("");
        } catch (error) {
          this.say(this.troubleValue);
        }
      }
      if (isMoving && this.element.isConnected) this.wait();
    }

    /* The same state: only figures change, so that no button is replaced under a
     * pointer and no focus is lost. */
    show({ state, percent, html }) {
      const template = document.createElement("template");
      template.innerHTML = html;
      const shown = this.statusTarget.querySelector("[data-send-state]");
      if (!shown || shown.dataset.sendState !== state) {
        this.statusTarget.replaceChildren(template.content);
        return;
      }
      this.statusTarget.querySelectorAll("[data-live]").forEach((old) => {
        const fresh = template.content.querySelector(
          `[data-live="${old.dataset.live}"]`,
        );
        if (fresh && fresh.innerHTML !== old.innerHTML) {
          old.innerHTML = fresh.innerHTML;
        }
      });
      const bar = this.statusTarget.querySelector("[data-send-progress]");
      if (bar) {
        bar.setAttribute("aria-valuenow", percent);
        bar.querySelector("[data-send-bar]").setAttribute("width", `${percent}%`);
      }
    }

    /* What is chosen in the form now, saved or not. */
    async count() {
      const form = this.element.closest("form");
      const url = new URL(this.audienceUrlValue, window.location.href);
      [
        "newsletter",
        "newsletter_recipients",
        "newsletter_subject",
        "title",
        "rundbrev-audience-audience",
      ].forEach((name) => {
        const field = form.elements.namedItem(name);
        if (field) url.searchParams.set(name, field.value);
      });
      this.fillDialogs(this.countingValue, false);
      try {
        const { html, is_allowed: isAllowed } = await this.fetchJson(url);
        this.fillDialogs(html, isAllowed);
      } catch (error) {
        this.fillDialogs(this.troubleValue, false);
      }
    }

    fillDialogs(html, isAllowed) {
      document.querySelectorAll("[data-send-audience]").forEach((place) => {
        place.innerHTML = html;
      });
      document
        .querySelectorAll('[data-send-confirm="send"], [data-send-confirm="schedule"]')
        .forEach((button) => {
          button.disabled = !isAllowed;
        });
    }

    /* Post the form as if this were a submit button at its very end: a real one up here
     * would be what Enter in the headline presses. */
    press({ currentTarget: pressed }) {
      const submit = document.createElement("button");
      submit.type = "submit";
      submit.hidden = true;
      submit.name = pressed.name;
      submit.value = pressed.value;
      submit.formNoValidate = true;
      if (pressed.dataset.url) submit.formAction = pressed.dataset.url;
      pressed.disabled = true;
      pressed.closest("form").append(submit);
      submit.click();
    }

    say(words) {
      this.troubleTarget.textContent = words;
      this.troubleTarget.hidden = !words;
    }

    async fetchJson(url) {
      const response = await fetch(url, {
        headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
      });
      if (!response.ok || response.redirected) throw new Error(response.status);
      return response.json();
    }
  },
);

/* Enter in a dialog's field does what the dialog asks about, not what the item's form
 * does first. */
window.wagtail.app.register(
  "rb-enter",
  class extends window.StimulusModule.Controller {
    confirm(event) {
      event.preventDefault();
      this.element
        .closest("[data-w-dialog-target]")
        .querySelector("[data-send-confirm]")
        .click();
    }

    /* The calendar lies over the buttons: it goes when somebody goes on to them. */
    leave(event) {
      if (event.relatedTarget) window.jQuery(event.target).datetimepicker("hide");
    }
  },
);
