/*
 * Shortcuts on the scoring page, described there in words. Everything can be done without them.
 * Ctrl+Enter (or Command+Enter) presses the button marked data-shortcut="next", from anywhere in the form.
 * A digit picks that grade, and only while the focus is on a grade of the same criterion (WCAG 2.1.4).
 */
(() => {
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form.sk-scoring__rubric");
    if (!form) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.querySelector('[data-shortcut="next"]')?.click();
      return;
    }
    if (event.target.type !== "radio" || !/^[0-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const grades = form.elements[event.target.name];
    const grade = Array.from(grades.length ? grades : [grades]).find((radio) => radio.value === event.key);
    if (!grade) return;
    event.preventDefault();
    grade.focus();
    if (!grade.checked) grade.click();
  });
})();

/* Sending the form waits for an autosave that is under way: the two would otherwise look like two windows at odds. */
(() => {
  const form = document.querySelector("form.sk-scoring__rubric[data-autosave]");
  if (!form) return;
  let saving = false;
  let waiting = null;
  form.addEventListener("htmx:beforeRequest", () => (saving = true));
  form.addEventListener("htmx:afterSettle", () => (saving = false));
  form.addEventListener("htmx:afterRequest", () => {
    saving = false;
    if (waiting) setTimeout(() => form.requestSubmit(waiting)); // after the new revision stands in the form
  });
  form.addEventListener("submit", (event) => {
    if (!saving || waiting) return;
    event.preventDefault();
    waiting = event.submitter;
  });
})();
