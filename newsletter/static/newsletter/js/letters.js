/* The letters a send would be: fetched when they come into sight, after every save and
 * while somebody searches. All words come from the server. */
window.wagtail.app.register(
  "rb-letters",
  class extends window.StimulusModule.Controller {
    static targets = ["list", "query", "trouble"];

    static values = { url: String };

    connect() {
      this.refresh = () => this.list();
      document.addEventListener("w-autosave:success", this.refresh);
      this.watcher = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting)) this.list();
      });
      this.watcher.observe(this.element);
    }

    disconnect() {
      document.removeEventListener("w-autosave:success", this.refresh);
      window.clearTimeout(this.timer);
      this.watcher.disconnect();
    }

    search() {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.list(), 250);
    }

    /* Enter would press the first button of the item's form. */
    keep(event) {
      event.preventDefault();
      this.list();
    }

    async list() {
      if (this.element.offsetParent === null) return;
      const asked = this.queryTarget.value;
      const url = new URL(this.urlValue, window.location.href);
      url.searchParams.set("q", asked);
      try {
        const response = await fetch(url, {
          headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
        });
        if (!response.ok || response.redirected) throw new Error(response.status);
        const { html } = await response.json();
        if (asked === this.queryTarget.value) this.listTarget.innerHTML = html;
        this.troubleTarget.hidden = true;
      } catch (error) {
        this.troubleTarget.hidden = false;
      }
    }
  },
);
