/* Questions that depend on another on the same page show when they are asked, and only then. Without this script they
   are all there, and each says when it is needed. What is hidden keeps what was typed. */
(() => {
  "use strict";

  const chosen = (form, name) =>
    [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
      .filter((input) => (input.type === "checkbox" || input.type === "radio" ? input.checked : true))
      .map((input) => (input.type === "checkbox" && input.value === "on" ? "true" : input.value));

  for (const form of document.querySelectorAll("form, [data-form]")) {
    // What depends on another page is asked or not whatever is done here: it stays.
    const boxes = [...form.querySelectorAll("[data-shown-if]")].filter((box) =>
      form.querySelector(`[name="${CSS.escape(box.dataset.shownIf)}"]`),
    );
    if (!boxes.length) continue;
    for (const box of boxes) box.querySelector("[data-shown-if-words]").hidden = true;
    const show = () => {
      // In the form's order, so that a chain of conditions holds together.
      const hidden = new Set();
      for (const box of boxes) {
        const codes = box.dataset.shownIfCodes.split(" ");
        const asked = !hidden.has(box.dataset.shownIf) && chosen(form, box.dataset.shownIf).some((one) => codes.includes(one));
        box.hidden = !asked;
        if (!asked) for (const input of box.querySelectorAll("[name]")) hidden.add(input.name);
      }
    };
    form.addEventListener("input", show);
    form.addEventListener("change", show);
    show();
  }
})();
