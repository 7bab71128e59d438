/* Shows the accent while it is written. What can be read is measured by the server, so
 * that form and check say the same. */
window.wagtail.app.register(
  "rb-accent",
  class extends window.StimulusModule.Controller {
    static targets = ["samples"];

    static values = { url: String };

    connect() {
      this.field = document.querySelector('[name="accent"]');
      this.listen = () => {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.show(), 250);
      };
      this.field?.addEventListener("input", this.listen);
    }

    disconnect() {
      window.clearTimeout(this.timer);
      this.field?.removeEventListener("input", this.listen);
    }

    async show() {
      const address = `${this.urlValue}?accent=${encodeURIComponent(this.field.value)}`;
      const response = await fetch(address, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      if (response.ok && !response.redirected) {
        this.samplesTarget.innerHTML = await response.text();
      }
    }
  },
);
