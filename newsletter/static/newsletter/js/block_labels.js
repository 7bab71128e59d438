/* A folded block is named after some of its fields (label_format). Wagtail writes "null"
 * for a chooser that is empty: here nothing is written. */
(() => {
  const field = window.wagtailStreamField?.blocks?.FieldBlock?.prototype;
  if (!field) return;
  const read = field.getTextLabel;
  field.getTextLabel = function readText(options) {
    return read.call(this, options) ?? "";
  };
})();
