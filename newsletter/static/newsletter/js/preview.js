/* The preview of an item: what is chosen is shown at once, and the letter is painted in
 * the chosen colours. A browser takes a frame's colours from the system, so the letter's
 * own rules for dark screens are switched on or off in the frame; its text stays as it is. */
window.wagtail.app.register(
  "rb-preview",
  class extends window.StimulusModule.Controller {
    static targets = ["form", "frame"];

    static values = { scheme: String };

    connect() {
      if (this.frameTarget.contentDocument?.readyState === "complete") this.paint();
    }

    choose({ target }) {
      /* A person is another reader than the letter that was looked at before. */
      const variant = this.formTarget.elements.namedItem("variant");
      if (target.name === "contact" && variant) variant.value = "";
      this.formTarget.requestSubmit();
    }

    paint() {
      const letter = this.frameTarget.contentDocument;
      if (!letter?.documentElement) return;
      letter.documentElement.style.colorScheme = this.schemeValue;
      [...letter.styleSheets].forEach((sheet) => this.paintRules(sheet));
    }

    paintRules(sheet) {
      [...sheet.cssRules].forEach((rule) => {
        if (rule.media) this.paintMedia(rule.media);
        if (rule.cssRules) this.paintRules(rule);
      });
    }

    paintMedia(media) {
      media.mediaText = media.mediaText.replace(
        /\(prefers-color-scheme:\s*(dark|light)\)/g,
        (asked, scheme) =>
          scheme === this.schemeValue ? "(min-width: 0px)" : "(max-width: 0px)",
      );
    }
  },
);
