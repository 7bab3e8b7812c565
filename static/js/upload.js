/* Files by drag and drop, each with its progress and a way to cancel.

   A small file goes to the form's own address. A large one goes in pieces: the server says how much it has, so that after
   a lost connection, or a page loaded anew, it goes on where it stopped. Without this script the form sends as ever. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const text = form.dataset;
  const input = form.querySelector("input[type=file]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
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

  /* One request. Resolves to {status, data}; rejects with Away where no answer came, with Cancelled where it was stopped. */
  const send = (item, url, body, onProgress) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      item.request = request;
      request.open("POST", url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token);
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

  /* The same, again and again while nobody answers; the network's return wakes it. */
  const insist = async (item, url, body, onProgress) => {
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      if (item.cancelled) throw new Cancelled();
      try {
        return await send(item, url, body, onProgress);
      } catch (error) {
        if (!(error instanceof Away)) throw error;
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
    const bar = make("progress", { max: file.size || 1, value: 0, "aria-label": file.name });
    const state = make("span", { class: "sk-muted sk-small" }, text.textQueued);
    const cancel = make("button", { type: "button", class: "ds-button", "data-variant": "tertiary", "data-size": "sm" });
    cancel.append(make("span", {}, text.textCancel), make("span", { class: "ds-sr-only" }, ` ${file.name}`));
    line.append(make("span", { class: "sk-files__name" }, file.name), bar, state, cancel);
    list.append(line);
    const item = {
      file,
      line,
      show: (words) => {
        state.textContent = words;
      },
      progress: (bytes) => {
        bar.value = bytes;
        state.textContent = `${Math.floor((100 * bytes) / (file.size || 1))} %`;
      },
      end: (words, failed) => {
        bar.remove();
        cancel.remove();
        if (failed) line.dataset.failed = "true";
        state.textContent = words;
        say(`${file.name}: ${words}`);
      },
    };
    cancel.addEventListener("click", () => {
      item.cancelled = true;
      item.request?.abort();
      item.wake?.();
      if (item.cancelUrl) send({}, item.cancelUrl, fields({})).catch(() => {});
      item.end(text.textCancelled, false);
      input.focus();
    });
    return item;
  };

  const refresh = async () => {
    const answer = await fetch(form.dataset.page, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["files", "unfinished"]) {
      const fresh = page.getElementById(id);
      if (fresh) document.getElementById(id)?.replaceWith(document.adoptNode(fresh));
    }
  };

  const carry = async (item) => {
    if (item.cancelled) return;
    if (item.file.size > Number(text.limit)) return item.end(text.textTooLarge, true);
    try {
      const { status: code, data } = await (item.file.size > Number(text.large) ? inPieces(item) : whole(item));
      if (code === 200 && data?.said?.length) {
        await refresh().catch(() => {});
        item.end(data.said.join(" "), false);
      } else {
        item.end(data?.errors?.join(" ") || text.textSignedOut, true);
      }
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    }
  };

  let last = Promise.resolve();
  const take = (files) => {
    for (const item of [...files].map(addItem)) last = last.then(() => carry(item));
  };

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
