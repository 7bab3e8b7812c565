/* The owner's workspace: nothing here is needed, everything is nicer with it. */
(() => {
  "use strict";

  // A run under way: fetch its state until it is over, then show the whole page anew.
  const follow = (box) => {
    const ask = async () => {
      try {
        const answer = await fetch(box.dataset.wsPoll, { headers: { "X-Requested-With": "XMLHttpRequest" } });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const state = page.querySelector("[data-ws-state]");
        if (!state || state.dataset.wsState === "over") return window.location.reload();
        box.replaceChildren(...page.body.childNodes);
      } catch {
        // The network may be back at the next turn.
      }
      window.setTimeout(ask, 1500);
    };
    window.setTimeout(ask, 1000);
  };

  // One box that ticks all boxes of its table.
  const tickAll = (master) => {
    const boxes = [...master.closest("table").querySelectorAll("tbody input[type=checkbox]")];
    master.hidden = boxes.length === 0;
    const show = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      master.checked = ticked === boxes.length;
      master.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    master.addEventListener("change", () => boxes.forEach((box) => { box.checked = master.checked; }));
    boxes.forEach((box) => box.addEventListener("change", show));
  };

  // Weights: their sum and each one's share, while they are typed.
  const weigh = (form) => {
    const fields = [...form.querySelectorAll("[data-ws-weight]")];
    const number = (field) => Number.parseFloat(field.value.replace(",", ".")) || 0;
    const text = (value) => value.toLocaleString(document.documentElement.lang || undefined, { maximumFractionDigits: 1 });
    const show = () => {
      const sum = fields.reduce((total, field) => total + number(field), 0);
      form.querySelector("[data-ws-sum]").textContent = text(sum);
      fields.forEach((field) => {
        const share = field.closest("fieldset")?.querySelector("[data-ws-share]");
        if (share && sum > 0) share.textContent = text((number(field) * 100) / sum);
      });
    };
    form.addEventListener("input", show);
  };

  // A desk: what is sent from it comes back into it, without loading the whole page anew.
  const work = (desk) => {
    desk.addEventListener("submit", async (event) => {
      const form = event.target;
      event.preventDefault();
      const typed = new FormData(form, event.submitter);
      const address = new URL(form.getAttribute("action") || window.location.pathname, window.location.href);
      const asks = form.method === "get";
      if (asks) address.search = new URLSearchParams(typed).toString();
      desk.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(address, asks ? {} : { method: "POST", body: typed });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-ws-desk]");
        if (!fresh) return window.location.assign(answer.url);
        if (answer.ok) window.history.replaceState(null, "", answer.url);
        desk.replaceChildren(...fresh.childNodes);
        (asks ? desk.querySelector("h3[id], h3") : desk.querySelector("[data-ws-focus]"))?.focus();
      } catch {
        // The browser's own way then: it tells what is wrong with the network. A button counts only when it is pressed.
        if (event.submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: event.submitter.name, value: event.submitter.value }));
        form.submit();
      } finally {
        desk.removeAttribute("aria-busy");
      }
    });
  };

  // Weights to try: a slider beside each number, and the table follows without a button.
  const tryOut = (form) => {
    const box = document.getElementById(form.dataset.wsWhatIf);
    let waiting, asked = 0;
    const ask = async () => {
      const mine = ++asked, address = `${window.location.pathname}?${new URLSearchParams(new FormData(form))}`;
      try {
        const answer = await fetch(address);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(box.id);
        if (mine !== asked || !fresh) return;
        box.replaceChildren(...fresh.childNodes);
        window.history.replaceState(null, "", address);
      } catch {
        // The button still asks in the browser's own way.
      }
    };
    form.querySelectorAll("[data-ws-slide]").forEach((field) => {
      const most = Math.max(10, 2 * (Number.parseFloat(field.value) || 0));
      const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: most, step: most / 100, value: field.value });
      slider.setAttribute("aria-label", field.labels[0].textContent);
      slider.addEventListener("input", () => { field.value = slider.value; });
      field.addEventListener("input", () => { slider.value = field.value; });
      field.after(slider);
    });
    form.addEventListener("input", () => { window.clearTimeout(waiting); waiting = window.setTimeout(ask, 250); });
  };

  const start = () => {
    document.querySelectorAll("[data-ws-what-if]").forEach(tryOut);
    document.querySelectorAll("[data-ws-desk]").forEach(work);
    document.querySelectorAll("[data-ws-weights]").forEach(weigh);
    document.querySelectorAll("[data-ws-poll]").forEach(follow);
    document.querySelectorAll("[data-ws-all]").forEach(tickAll);
    document.querySelector(".ws-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    document.querySelector("[data-ws-focus]")?.focus();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
