/* Keeps what the clipboard has beside its plain text, so that lists, tables and links
 * survive. Who edits the text afterwards gets what they see: then only the text counts. */
window.wagtail.app.register(
  "rb-paste",
  class extends window.StimulusModule.Controller {
    static targets = ["text", "html", "rich"];

    connect() {
      this.taken = "";
    }

    take(event) {
      const html = event.clipboardData.getData("text/html");
      const isEmpty = this.textTarget.value.trim() === "";
      if (!html || !isEmpty) return;
      window.setTimeout(() => {
        this.taken = this.textTarget.value;
        // Word sends more of how it looks than of what it says.
        this.htmlTarget.value = html.replace(/<style[\s\S]*?<\/style>|<!--[\s\S]*?-->/gi, "");
        this.richTarget.hidden = false;
      }, 0);
    }

    edit() {
      if (this.taken && this.textTarget.value !== this.taken) {
        this.taken = "";
        this.htmlTarget.value = "";
        this.richTarget.hidden = true;
      }
    }
  },
);
