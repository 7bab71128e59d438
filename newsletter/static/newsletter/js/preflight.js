/* The check of an item: fetched when it comes into sight and after every save. All words
 * come from the server. */
window.wagtail.app.register(
  "rb-check",
  class extends window.StimulusModule.Controller {
    static targets = ["findings", "trouble"];

    static values = { url: String, acknowledgeUrl: String, csrf: String };

    connect() {
      this.refresh = () => this.check();
      document.addEventListener("w-autosave:success", this.refresh);
      this.watcher = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting)) this.check();
      });
      this.watcher.observe(this.element);
    }

    disconnect() {
      document.removeEventListener("w-autosave:success", this.refresh);
      this.watcher.disconnect();
    }

    async check() {
      if (this.element.offsetParent === null) return;
      await this.fill(this.urlValue, {});
    }

    async acknowledge({ currentTarget: pressed, params }) {
      pressed.disabled = true;
      const body = new FormData();
      body.set("key", params.key);
      body.set("stands", params.stands);
      await this.fill(this.acknowledgeUrlValue, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": this.csrfValue },
      });
      this.findingsTarget.tabIndex = -1;
      this.findingsTarget.focus();
    }

    /* Another tab of the editor holds the block: open it, then go there. */
    show(event) {
      const { hash, pathname } = new URL(event.currentTarget.href);
      const block = document.getElementById(hash.slice(1));
      if (!block || pathname !== window.location.pathname) return;
      event.preventDefault();
      const tab = block.closest("[role=tabpanel]");
      if (tab) document.querySelector(`[role=tab][href="#${tab.id}"]`)?.click();
      const toggle = block.querySelector("[data-panel-toggle]");
      if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
      block.scrollIntoView({ block: "center" });
      (toggle || block).focus({ preventScroll: true });
    }

    async fill(url, options) {
      try {
        const response = await fetch(url, {
          ...options,
          headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", ...options.headers },
        });
        if (!response.ok || response.redirected) throw new Error(response.status);
        const { html } = await response.json();
        this.findingsTarget.innerHTML = html;
        this.troubleTarget.hidden = true;
      } catch (error) {
        this.troubleTarget.hidden = false;
      }
    }
  },
);
