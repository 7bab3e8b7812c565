/*
 * Small courtesies on every page; nothing depends on them.
 * Menus (details.sk-menu) close on Escape, on a click elsewhere and when the focus leaves them.
 * What is folded is unfolded for printing.
 * Signing out takes away what this browser has kept of unsaved text (draft.js, autosave.js), and asks before it does.
 * A field the server has refused stays marked until it is sent again: the web component ds-field would take the mark
 * off every field with a counter as soon as it starts.
 */
(() => {
  const close = (menu) => menu.removeAttribute("open");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.sk-menu[open]")) {
      const inside = menu.contains(document.activeElement);
      close(menu);
      if (inside) menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.sk-menu[open]")) {
      if (!menu.contains(event.target)) close(menu);
    }
  });
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("details.sk-menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) close(menu);
  });

  // On paper everything stands open.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("main details:not([open])")];
    for (const each of unfolded) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of unfolded) each.open = false;
  });

  // The next person at this computer finds nothing.
  const kept = () => {
    try {
      return Object.keys(localStorage).filter((key) => /^skisse\.(text\/|draft\.)/.test(key));
    } catch {
      return [];
    }
  };
  document.addEventListener("submit", (event) => {
    // Not the form's property of that name, which is a button where one is called “action”.
    const address = new URL(event.target.getAttribute("action") ?? "", location.href);
    if (!address.pathname.endsWith("/logout/")) return;
    const question = document.querySelector("[data-kept-question]")?.dataset.keptQuestion;
    if (kept().length && question && !confirm(question)) return event.preventDefault();
    for (const key of kept()) localStorage.removeItem(key);
  });

  for (const input of document.querySelectorAll(".sk-field--error .ds-input")) {
    const mark = () => input.getAttribute("aria-invalid") === "true" || input.setAttribute("aria-invalid", "true");
    mark();
    new MutationObserver(mark).observe(input, { attributeFilter: ["aria-invalid"] });
  }
})();
