/* The editor of a question: shows what belongs to the chosen kind, and keeps the preview up to date. Without it all
   fields are there, and a button shows the preview. */
(() => {
  "use strict";

  const PAUSE = 600; // ms without a key before the preview follows

  const edit = (form) => {
    const kind = form.elements.kind;
    const on = form.elements.shown_if;

    const belong = () => {
      for (const part of form.querySelectorAll("[data-for-kinds]")) {
        const box = part.closest(".w-field__wrapper") ?? part;
        box.hidden = !part.dataset.forKinds.split(" ").includes(kind.value);
      }
    };
    const conditions = () => {
      const box = form.querySelector("[data-ws-condition]");
      if (!box || !on) return;
      box.hidden = !on.value;
      for (const input of box.querySelectorAll("input[type=checkbox]")) {
        // Answers stand in one box for each question that offers them.
        input.closest("div").parentElement.hidden = !input.value.startsWith(`${on.value}:`);
      }
    };

    const button = form.querySelector("[data-ws-preview]");
    let waiting = 0;
    const preview = () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => form.requestSubmit(button), PAUSE);
    };

    kind?.addEventListener("change", belong);
    on?.addEventListener("change", conditions);
    form.addEventListener("input", preview);
    form.addEventListener("change", preview);
    form.addEventListener("submit", (event) => {
      if (event.submitter !== button) window.clearTimeout(waiting);
    });
    belong();
    conditions();
  };

  const start = () => document.querySelectorAll("form[data-ws-question]").forEach(edit);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
