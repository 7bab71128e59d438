/* Asks every second how far long work has come; all words come from the server. When it
 * is over the page is opened anew, and the server knows where to go on. */
window.wagtail.app.register(
  "crm-job",
  class extends window.StimulusModule.Controller {
    static targets = ["bar", "words"];

    static values = { url: String, trouble: String };

    connect() {
      this.wait();
    }

    disconnect() {
      window.clearTimeout(this.timer);
    }

    wait() {
      this.timer = window.setTimeout(() => this.poll(), 1000);
    }

    async poll() {
      if (!document.hidden) {
        try {
          const answer = await fetch(this.urlValue, {
            headers: { Accept: "application/json" },
          });
          if (!answer.ok) throw new Error(answer.status);
          if (this.show(await answer.json())) return;
        } catch {
          this.say(this.troubleValue);
        }
      }
      if (this.element.isConnected) this.wait();
    }

    /* Returns whether the page goes elsewhere. */
    show({ percent, words, is_over: isOver, url }) {
      if (isOver) {
        if (url) window.location.replace(url);
        else window.location.reload();
        return true;
      }
      this.barTarget.setAttribute("aria-valuenow", percent);
      this.barTarget.querySelector("rect").setAttribute("width", `${percent}%`);
      this.say(words);
      return false;
    }

    say(words) {
      if (this.wordsTarget.textContent !== words) {
        this.wordsTarget.textContent = words;
      }
    }
  },
);
