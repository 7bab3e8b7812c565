/*
 * Saves a page of a sketch while somebody types, and keeps the text in this browser whenever the server has not got it.
 *
 * Nothing depends on it: without it the form's own buttons save. Text lies in localStorage from the first key until the
 * server has answered that it is saved, under "skisse.text/<person>/<sketch>/<question>/<page>". Only the person's own
 * keys are ever read; signing out removes them all (skisse.js). What another page left behind is offered, never put
 * into a field by itself. Words and addresses come with the markup.
 */
(() => {
  "use strict";

  const PREFIX = "skisse.text/";
  const KEPT_AT_MOST = 14 * 24 * 60 * 60 * 1000; // as long as a session lasts
  const PAUSE = 1500; // after the last key
  const PAUSE_AT_MOST = 10_000; // for somebody who never stops typing
  const TIME_LIMIT = 15_000; // for an answer
  const AGAIN = [5_000, 10_000, 20_000, 30_000];

  // ---- What this browser keeps -------------------------------------------------------------------------------

  const store = {
    works: true,
    read(key) {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        localStorage.setItem(key, JSON.stringify({ value, at: Date.now() }));
        this.works = true;
      } catch {
        this.works = false; // full, or switched off
      }
    },
    remove(key) {
      try {
        localStorage.removeItem(key);
      } catch {
        this.works = false;
      }
    },
    keys(prefix) {
      try {
        return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
      } catch {
        return [];
      }
    },
  };

  for (const key of store.keys(PREFIX)) {
    const at = store.read(key)?.at;
    if (!at || Date.now() - at > KEPT_AT_MOST) store.remove(key);
  }

  const root = document.querySelector("[data-draft]");
  if (!root) return;
  const { draft, user, page } = root.dataset;
  const names = root.dataset.questions.split(" ").filter(Boolean);
  const keyOf = (name) => `${PREFIX}${user}/${draft}/${name}/${page}`;
  const form = root instanceof HTMLFormElement ? root : null;

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const valueOf = (name) => (form ? new FormData(form).getAll(name).map((one) => String(one).replace(/\r\n?/g, "\n")) : []);
  const fieldsOf = (name) => [...root.querySelectorAll(`[name="${CSS.escape(name)}"]`)];

  // ---- What another page of this browser left behind -----------------------------------------------------------

  const labelOf = (field) => field?.labels?.[0]?.firstChild?.textContent.trim() || field?.labels?.[0]?.textContent.trim();
  const nameOf = (name) =>
    document.querySelector(`[data-label-of="${CSS.escape(name)}"]`)?.textContent ||
    fieldsOf(name)[0]?.closest("fieldset")?.querySelector("legend")?.firstChild.textContent.trim() ||
    labelOf(fieldsOf(name)[0]) ||
    name;

  function inWords(name, value) {
    const options = fieldsOf(name).filter((field) => field.type === "radio" || field.type === "checkbox");
    if (!options.length) return value.join("\n");
    return options.filter((field) => value.includes(field.value)).map(labelOf).join("\n");
  }

  /* The middle that differs, between the words that both begin and end with. */
  function difference(before, after) {
    const [old, now] = [before, after].map((text) => text.match(/\s+|\S+/g) ?? []);
    let start = 0;
    while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
    let end = 0;
    while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
    const part = (words, from, to) => words.slice(from, to).join("");
    return [
      ["same", part(now, 0, start)],
      ["del", part(old, start, old.length - end)],
      ["ins", part(now, start, now.length - end)],
      ["same", part(now, now.length - end, now.length)],
    ].filter(([, text]) => text);
  }

  function showDifference(into, before, after) {
    for (const [kind, text] of difference(before, after)) {
      const piece = document.createElement(kind === "same" ? "span" : kind);
      if (kind !== "same") {
        const word = document.createElement("span");
        word.className = "sk-change__word";
        word.textContent = `${into.dataset[kind]}: `;
        piece.append(word);
      }
      piece.append(text);
      into.append(piece);
    }
  }

  function put(name, value) {
    for (const field of fieldsOf(name)) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
      else field.value = value[0] ?? "";
    }
    const first = fieldsOf(name)[0];
    first?.dispatchEvent(new Event("input", { bubbles: true }));
    first?.focus();
  }

  function offer(name, key, entry) {
    const box = document.querySelector("template[data-kept]").content.cloneNode(true).firstElementChild;
    box.querySelector("[data-kept-name]").textContent = nameOf(name);
    const time = box.querySelector("time");
    time.dateTime = new Date(entry.at).toISOString();
    time.textContent = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const shown = form ? inWords(name, valueOf(name)) : "";
    showDifference(box.querySelector("[data-kept-difference]"), shown, inWords(name, entry.value));
    const close = () => {
      store.remove(key);
      box.remove();
    };
    box.querySelector("[data-kept-restore]")?.addEventListener("click", () => {
      put(name, entry.value);
      close();
    });
    box.querySelector("[data-kept-discard]").addEventListener("click", () => {
      close();
      (fieldsOf(name)[0] ?? document.getElementById("main")).focus();
    });
    document.querySelector("[data-kept-here]").append(box);
  }

  for (const name of names) {
    for (const key of store.keys(`${PREFIX}${user}/${draft}/${name}/`)) {
      const entry = store.read(key);
      if (key === keyOf(name) || !Array.isArray(entry?.value)) continue;
      if (form && same(entry.value, valueOf(name))) store.remove(key);
      else offer(name, key, entry);
    }
  }

  if (!form) return;

  // ---- The line that says where the text is --------------------------------------------------------------------

  const words = document.querySelector("template[data-autosave-words]").content;
  const status = () => document.getElementById("autosave-status");

  function say(state, html) {
    const line = status();
    const known = words.querySelector(`[data-state="${state === "offline" && !store.works ? "unkept" : state}"]`);
    if (line.dataset.said === state && !html) return; // a screen reader hears it once
    if (html) {
      const said = new DOMParser().parseFromString(html, "text/html").getElementById("autosave-status");
      line.replaceChildren(...said.childNodes);
      line.dataset.state = said.dataset.state;
    } else {
      line.replaceChildren(...known.cloneNode(true).childNodes);
      line.dataset.state = known.dataset.tone;
    }
    line.dataset.said = state;
  }

  // ---- Saving ----------------------------------------------------------------------------------------------------

  let saved = new Map(names.map((name) => [name, "unsaved" in root.dataset ? null : valueOf(name)]));
  let [timer, waitingSince, busy, failures, paused, quiet] = [0, 0, null, 0, "paused" in root.dataset, false];

  const unsaved = () => names.filter((name) => !same(saved.get(name), valueOf(name)));
  const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1];

  /* After signing in again the token of this page is an old one; the cookie holds the new. */
  function renewToken() {
    const token = cookie(root.dataset.csrfCookie);
    if (token) form.elements.csrfmiddlewaretoken.value = token;
  }

  function wait(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  function later() {
    failures += 1;
    wait(AGAIN[Math.min(failures, AGAIN.length) - 1]);
  }

  /* True when the server has everything. One request at a time, so that none overtakes another. */
  function save() {
    clearTimeout(timer);
    busy ??= send().finally(() => {
      busy = null;
      waitingSince = 0;
    });
    return busy;
  }

  async function send() {
    if (paused) return false;
    if (!unsaved().length) return true;
    if (!navigator.onLine) {
      say("offline");
      return false;
    }
    const sent = new Map(names.map((name) => [name, valueOf(name)]));
    renewToken();
    say("saving");
    let answer;
    let told = {};
    try {
      answer = await fetch(root.dataset.autosaveUrl, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        signal: AbortSignal.timeout(TIME_LIMIT),
      });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) told = await answer.json();
    } catch {
      say("offline");
      later();
      return false;
    }
    return hear(answer, told, sent);
  }

  function hear(answer, told, sent) {
    if ("saved" in told) return keep(told, sent);
    // Without its cookie a browser is refused before anybody asks who it is.
    say(told.state ?? (answer.status === 403 ? "signed-out" : "failed"), told.html);
    later();
    return false;
  }

  const was = () => JSON.parse(form.elements.was.value || "{}");

  /* What the server has now. Where somebody else's change came in, the field shows it, unless one has typed on: then
     the next round joins both, from the text that was sent. */
  function keep(told, sent) {
    failures = 0;
    const known = was();
    let behind = told.state === "conflict"; // the page must not pass for one that knows of the other's text
    for (const name of told.saved) {
      const typedOn = !same(sent.get(name), valueOf(name));
      if (name in told.now && typedOn) {
        behind = true;
        if (told.joined.includes(name)) known[name] = sent.get(name)[0];
        saved.set(name, null);
        continue;
      }
      if (name in told.now) show(name, told.now[name]);
      known[name] = told.was[name];
      saved.set(name, name in told.now ? valueOf(name) : sent.get(name));
      if (!typedOn) store.remove(keyOf(name));
    }
    form.elements.was.value = JSON.stringify(known);
    if (!behind) form.elements.revision.value = told.revision;
    tell(told);
    say(told.state, told.html);
    if (told.state === "conflict") {
      paused = true;
      return false;
    }
    const typedOn = told.saved.some((name) => !same(saved.get(name), valueOf(name)));
    if (typedOn) wait(PAUSE);
    return !typedOn;
  }

  /* Puts somebody else's change into a field, and leaves the cursor at the words where it stood. */
  function show(name, value) {
    for (const field of fieldsOf(name)) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
      else {
        const [before, after, at] = [field.value, value[0] ?? "", field.selectionEnd];
        let end = 0;
        while (end < before.length - at && before.at(-1 - end) === after.at(-1 - end)) end += 1;
        field.value = after;
        const place = end === before.length - at ? after.length - end : at;
        if (document.activeElement === field) field.setSelectionRange?.(place, place);
      }
    }
    quiet = true; // for the counter, and not for us
    fieldsOf(name)[0]?.dispatchEvent(new Event("input", { bubbles: true }));
    quiet = false;
  }

  function tell(told) {
    const standing = document.getElementById("standing");
    if (standing && told.standing) standing.outerHTML = told.standing;
    hearOfOthers(told.others);
    const said = new DOMParser().parseFromString(told.notes, "text/html").body;
    document.querySelector("[data-told-here]").append(...said.childNodes);
  }

  function hearOfOthers(html) {
    const lines = document.getElementById("others");
    const now = new DOMParser().parseFromString(html ?? "", "text/html").getElementById("others");
    // A screen reader hears it once.
    if (lines && now && lines.textContent.trim() !== now.textContent.trim()) lines.replaceChildren(...now.childNodes);
  }

  function typed(event) {
    if (quiet || !names.includes(event.target.name)) return;
    store.write(keyOf(event.target.name), valueOf(event.target.name));
    if (paused) return;
    if (!navigator.onLine) say("offline");
    waitingSince ||= Date.now();
    const most = Math.max(0, waitingSince + PAUSE_AT_MOST - Date.now());
    wait(Math.min(event.type === "change" ? 300 : PAUSE, most));
  }

  /* Leaves the page only when the server has the text, or has something to say about it. */
  let goes = false;
  form.addEventListener("submit", async (event) => {
    if (goes) return;
    event.preventDefault();
    if (busy) await busy;
    await save();
    if (!navigator.onLine) say("offline");
    if (["offline", "signed-out", "somebody-else", "failed"].includes(status().dataset.said)) {
      status().scrollIntoView({ block: "nearest" });
      status().focus();
      return;
    }
    await new Promise((done) => setTimeout(done)); // a form that is still telling of its submission takes no other
    goes = true;
    renewToken();
    form.requestSubmit(event.submitter);
  });

  // ---- Who else is here ------------------------------------------------------------------------------------------

  const presence = (more = {}) => {
    renewToken();
    const { csrfmiddlewaretoken } = form.elements;
    return new URLSearchParams({ csrfmiddlewaretoken: csrfmiddlewaretoken.value, page, writer: user, ...more });
  };

  async function beat() {
    try {
      const answer = await fetch(root.dataset.presenceUrl, { method: "POST", body: presence(), redirect: "error" });
      if (answer.ok) hearOfOthers((await answer.json()).others);
    } catch {
      // The line below the text says when there is no connection.
    }
  }

  beat();
  setInterval(beat, root.dataset.beat * 1000);
  addEventListener("pagehide", () => navigator.sendBeacon(root.dataset.presenceUrl, presence({ gone: 1 })));

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  addEventListener("online", () => save());
  addEventListener("offline", () => unsaved().length && say("offline"));
  addEventListener("focus", () => status().dataset.said === "signed-out" && save());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || ["signed-out", "offline"].includes(status().dataset.said)) save();
  });
  addEventListener("pageshow", (event) => {
    goes = false;
    if (event.persisted) beat();
  });
  addEventListener("beforeunload", (event) => {
    if (!goes && !store.works && unsaved().length) event.preventDefault();
  });
})();
