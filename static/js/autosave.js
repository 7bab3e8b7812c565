/* Keeps what somebody types safe in this browser until the server says that it has it.

   htmx posts the form to its autosave address; this script listens. Text lies in localStorage from the first key to the
   answer "saved", so that a lost connection, a closed window or an ended session costs nothing. Without this script the
   form's own buttons save as ever. */
(() => {
  "use strict";

  const PREFIX = "skisse.draft.";
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "revision", "on_page"]);

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const write = (key, values) => {
    try {
      localStorage.setItem(key, JSON.stringify(values));
    } catch {
      /* storage is full or switched off: the server still saves */
    }
  };
  const forget = (key) => {
    try {
      localStorage.removeItem(key);
    } catch {
      /* as above */
    }
  };

  const valuesOf = (form) =>
    [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  const fill = (form, values) => {
    for (const field of form.elements) {
      if (!field.name || NOT_KEPT.has(field.name) || field.type === "submit") continue;
      const typed = values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") field.checked = typed.includes(field.value);
      else if (typed.length) field.value = typed[0];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const say = (text, state) => {
    const status = document.getElementById("autosave-status");
    if (!status) return;
    status.dataset.state = state;
    status.textContent = text;
  };

  const offer = (form, key) => {
    const kept = read(key);
    const saved = valuesOf(form);
    if (!kept || same(kept, saved)) return forget(key);
    const notice = document.createElement("div");
    notice.className = "ds-alert";
    notice.dataset.color = "warning";
    notice.setAttribute("role", "status");
    const text = document.createElement("p");
    text.textContent = form.dataset.textRestored;
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "ds-button";
    discard.dataset.variant = "secondary";
    discard.textContent = form.dataset.textDiscard;
    discard.addEventListener("click", () => {
      fill(form, saved);
      forget(key);
      notice.remove();
    });
    notice.append(text, discard);
    form.prepend(notice);
    fill(form, kept);
    // htmx listens from DOMContentLoaded on; only then can it send what was put back
    window.addEventListener("load", () => form.dispatchEvent(new Event("change", { bubbles: true })));
  };

  for (const form of document.querySelectorAll("form[data-autosave]")) {
    const key = PREFIX + form.dataset.autosave;
    let sent = null;

    offer(form, key);
    form.addEventListener("input", () => write(key, valuesOf(form)));
    form.addEventListener("change", () => write(key, valuesOf(form)));
    form.addEventListener("htmx:beforeRequest", () => {
      sent = valuesOf(form);
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      const { successful, xhr } = event.detail;
      if (successful) {
        // typed on while it travelled: what came later is not saved yet
        if (same(sent, valuesOf(form))) forget(key);
        return;
      }
      const answer = new DOMParser().parseFromString(xhr?.responseText ?? "", "text/html");
      const line = answer.getElementById("autosave-status");
      say(line ? line.textContent : form.dataset.textFailed, "failed");
    });
  }
})();
