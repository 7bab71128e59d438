/* The report of a send: fetched when it takes long to count, and again while the send
 * moves. What somebody is reading or using is not replaced under them. */
window.wagtail.app.register(
  "rb-report",
  class extends window.StimulusModule.Controller {
    static targets = ["report", "trouble"];

    static values = { url: String, moving: Boolean, waiting: Boolean };

    connect() {
      if (this.waitingValue) this.fetchReport();
      else if (this.movingValue) this.wait();
    }

    disconnect() {
      window.clearTimeout(this.timer);
    }

    wait() {
      this.timer = window.setTimeout(() => this.fetchReport(), 5000);
    }

    async fetchReport() {
      let isMoving = true;
      if (!document.hidden) {
        try {
          const response = await fetch(this.urlValue, {
            headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
          });
          if (!response.ok || response.redirected) throw new Error(response.status);
          const answer = await response.json();
          isMoving = answer.is_moving;
          this.show(answer.html);
          this.troubleTarget.hidden = true;
        } catch (error) {
          this.troubleTarget.hidden = false;
        }
      }
      if (isMoving && this.element.isConnected) this.wait();
    }

    show(html) {
      const place = this.reportTarget;
      if (place.contains(document.activeElement)) return;
      const open = [...place.querySelectorAll("details")].map((part) => part.open);
      place.innerHTML = html;
      place.querySelectorAll("details").forEach((part, number) => {
        part.open = Boolean(open[number]);
      });
    }
  },
);

/* One box ticks all of a table. */
window.wagtail.app.register(
  "rb-tick",
  class extends window.StimulusModule.Controller {
    static targets = ["all", "one"];

    toggle() {
      this.oneTargets.forEach((box) => {
        box.checked = this.allTarget.checked;
      });
    }
  },
);
