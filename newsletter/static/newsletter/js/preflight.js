/* The check of an item: fetched when it comes into sight and after every save. While the
 * tab is not in sight only what is marked at the blocks is fetched (block_marks.js). All
 * words come from the server. */
window.wagtail.app.register(
  "rb-check",
  class extends window.StimulusModule.Controller {
    static targets = ["findings", "trouble"];

    static values = { url: String, acknowledgeUrl: String, csrf: String };

    connect() {
      this.refresh = () => this.check();
      document.addEventListener("w-autosave:success", this.refresh);
      let hasBegun = false;
      this.watcher = new IntersectionObserver((entries) => {
        if (!hasBegun || entries.some((entry) => entry.isIntersecting)) this.check();
        hasBegun = true;
      });
      this.watcher.observe(this.element);
    }

    disconnect() {
      document.removeEventListener("w-autosave:success", this.refresh);
      this.watcher.disconnect();
    }

    /* One at a time: whoever writes on is saved faster than a long item is checked. */
    async check() {
      this.isDue = true;
      if (this.isChecking) return;
      this.isChecking = true;
      while (this.isDue) {
        this.isDue = false;
        const isSeen = this.element.offsetParent !== null;
        await this.fill(this.urlValue + (isSeen ? "" : "?part=blocks"), {});
      }
      this.isChecking = false;
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
      this.goTo(block, toggle || block);
    }

    /* Wagtail fades a tab in: what is hidden takes neither the view nor the focus. At
     * once, not smoothly: the tab's own scrolling would end that midway. */
    goTo(block, place, tries = 60) {
      if (block.offsetParent === null && tries > 0) {
        requestAnimationFrame(() => this.goTo(block, place, tries - 1));
        return;
      }
      place.scrollIntoView({ block: "center", behavior: "instant" });
      place.focus({ preventScroll: true });
    }

    async fill(url, options) {
      try {
        const response = await fetch(url, {
          ...options,
          headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", ...options.headers },
        });
        if (!response.ok || response.redirected) throw new Error(response.status);
        const { html, blocks } = await response.json();
        if (html !== undefined) this.findingsTarget.innerHTML = html;
        this.dispatch("checked", { detail: { blocks } });
        this.troubleTarget.hidden = true;
      } catch (error) {
        this.troubleTarget.hidden = false;
      }
    }
  },
);
