/* Files by drag and drop, each with its progress and a way to cancel.

   A small file goes to the form's own address. A large one goes in pieces: the server says how much it has, so that after
   a lost connection, or a page loaded anew, it goes on where it stopped. Without this script the form sends as ever. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const text = form.dataset;
  const input = form.querySelector("input[type=file]");
  const token = () => {
    /* The cookie is the newer one where somebody has signed in again in another tab. */
    const cookie = document.cookie.split("; ").find((one) => one.startsWith(`${text.csrfCookie}=`));
    return cookie ? cookie.slice(text.csrfCookie.length + 1) : form.querySelector("[name=csrfmiddlewaretoken]").value;
  };
  const list = document.getElementById("uploads");
  const status = document.getElementById("upload-status");
  const FIRST_WAIT = 1000;
  const LONGEST_WAIT = 15000;

  const say = (words) => {
    status.textContent = words;
  };
  const make = (name, attributes = {}, words = "") => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = words;
    return element;
  };

  class Away extends Error {}
  class Cancelled extends Error {}
  const SIGNED_OUT = [200, 401, 403]; // 200: the sign-in page

  /* One request. Resolves to {status, data}; rejects with Away where no answer came, with Cancelled where it was stopped. */
  const send = (item, url, body, onProgress) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      item.request = request;
      request.open("POST", url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token());
      if (body instanceof Blob) request.setRequestHeader("Content-Type", "application/octet-stream");
      if (onProgress) request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
      request.addEventListener("load", () => {
        let data = null;
        try {
          data = JSON.parse(request.responseText);
        } catch {
          /* a page and no answer: signed out, or the server is away for a moment */
        }
        if (request.status >= 502 && request.status <= 504) return reject(new Away());
        resolve({ status: request.status, data });
      });
      request.addEventListener("error", () => reject(new Away()));
      request.addEventListener("abort", () => reject(new Cancelled()));
      request.send(body);
    });

  /* A folder, or a file that has gone since it was chosen, looks like a network that is away. What has gone has no size. */
  const isReadable = (file) =>
    (file.size ? file.slice(0, 1) : file).arrayBuffer().then(
      () => true,
      () => false,
    );

  /* The same, again and again while nobody answers; the network's return wakes it. */
  const insist = async (item, url, body, onProgress) => {
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      if (item.cancelled) throw new Cancelled();
      try {
        return await send(item, url, body, onProgress);
      } catch (error) {
        if (!(error instanceof Away) || !(await isReadable(item.file))) throw error;
        item.show(text.textWaiting);
        await new Promise((resolve) => {
          item.wake = resolve;
          setTimeout(resolve, wait);
          addEventListener("online", resolve, { once: true });
        });
      }
    }
  };

  const fields = (values) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(values)) data.append(name, value);
    return data;
  };

  const hashOf = async (file) => {
    if (!globalThis.crypto?.subtle) return "";
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const inPieces = async (item) => {
    const { file } = item;
    let answer = await insist(
      item,
      text.begin,
      fields({ name: file.name, size: file.size, modified: Math.max(0, Math.round(file.lastModified)) }),
    );
    if (answer.status !== 200 || !answer.data) return answer;
    const to = answer.data;
    item.cancelUrl = to.cancel_url;
    let received = to.received;
    while (received < file.size) {
      const piece = file.slice(received, received + to.piece);
      answer = await insist(item, `${to.piece_url}?offset=${received}`, piece, (sent) =>
        item.progress(received + Math.min(sent, piece.size)),
      );
      if (typeof answer.data?.received !== "number") return answer;
      received = answer.data.received;
      item.progress(received);
    }
    item.show(text.textChecking);
    return insist(item, to.finish_url, fields({ sha256: await hashOf(file) }));
  };

  const whole = (item) =>
    insist(item, form.action, fields({ file: item.file }), (sent) => item.progress(Math.min(sent, item.file.size)));

  const addItem = (file) => {
    const line = make("li");
    const name = make("span", { class: "sk-files__name" }, file.name);
    const bar = make("progress", { max: file.size || 1, value: 0, "aria-label": file.name });
    const state = make("span", { class: "sk-files__state" }, text.textQueued);
    const cancel = make("button", { type: "button", class: "ds-button", "data-variant": "tertiary", "data-size": "sm" });
    cancel.append(make("span", {}, text.textCancel), make("span", { class: "ds-sr-only" }, ` ${file.name}`));
    line.append(name, bar, state, cancel);
    list.append(line);
    const item = {
      file,
      line,
      show: (words) => {
        state.textContent = words;
      },
      progress: (bytes) => {
        bar.value = bytes;
        const part = Math.floor((100 * bytes) / (file.size || 1));
        state.textContent = part < 100 ? `${part} %` : text.textChecking;
      },
      /* outcome: "done", where the words name the file themselves, "failed" or "cancelled" */
      end: (words, outcome) => {
        const hadFocus = line.contains(document.activeElement);
        bar.remove();
        cancel.remove();
        if (outcome === "done") name.remove();
        line.dataset[outcome] = "true";
        state.textContent = words;
        item.ended = true;
        say(outcome === "done" ? words : `${file.name}: ${words}`);
        if (hadFocus) input.focus();
      },
    };
    cancel.addEventListener("click", async () => {
      item.cancelled = true;
      item.request?.abort();
      item.wake?.();
      item.end(text.textCancelled, "cancelled");
      if (!item.cancelUrl) return;
      await send({}, item.cancelUrl, fields({})).catch(() => {});
      await refresh();
    });
    return item;
  };

  /* Whoever is at a link stays there. */
  const exchange = (old, fresh) => {
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    old.replaceWith(fresh);
    if (focused) fresh.querySelector(`a[href="${focused}"]`)?.focus();
  };

  /* What the server has, anew; without it the page is only older. */
  const refresh = async () => {
    try {
      const answer = await fetch(text.page, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of ["files", "unfinished"]) {
        const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
        if (old && fresh) exchange(old, document.adoptNode(fresh));
      }
    } catch {
      /* no network: the next file brings it */
    }
  };

  const outcomeOf = async (item) => {
    if (item.file.size > Number(text.limit)) return [text.textTooLarge, "failed"];
    if (!(await isReadable(item.file))) return [text.textUnreadable, "failed"];
    const { status: code, data } = await (item.file.size > Number(text.large) ? inPieces(item) : whole(item));
    if (data?.said?.length) return [data.said.join(" "), "done"];
    if (data?.errors?.length) return [data.errors.join(" "), "failed"];
    return [SIGNED_OUT.includes(code) ? text.textSignedOut : text.textFailed, "failed"];
  };

  const carry = async (item) => {
    if (item.cancelled) return;
    item.progress(0);
    try {
      const [words, outcome] = await outcomeOf(item);
      await refresh();
      if (!item.ended) item.end(words, outcome);
    } catch {
      // Whatever it was, the next file has its turn.
      const words = (await isReadable(item.file)) ? text.textFailed : text.textUnreadable;
      if (!item.ended) item.end(words, "failed");
    }
  };

  const PICTURES_AFTER = 4000; // by then a worker has drawn the first pages
  let last = Promise.resolve();
  const items = [];
  const take = (files) => {
    while (items.length && items[0].ended) items.shift().line.remove(); // what was said of earlier files
    for (const item of [...files].map(addItem)) {
      items.push(item);
      last = last.then(() => carry(item));
    }
    last.then(() => setTimeout(refresh, PICTURES_AFTER));
  };

  addEventListener("beforeunload", (event) => {
    if (items.some((item) => !item.ended)) event.preventDefault();
  });

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    take(input.files);
    input.value = "";
  });

  const zone = document.getElementById("drop-zone");
  document.getElementById("drop").hidden = false;
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault(); // a file dropped beside the zone must not replace the page
    zone.toggleAttribute("data-over", zone.contains(event.target));
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.removeAttribute("data-over");
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    zone.removeAttribute("data-over");
    if (form.contains(event.target)) take(event.dataTransfer.files);
  });
})();
