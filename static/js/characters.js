/*
 * Counts characters as the server does: accounts/characters.py says the same, and a test holds the two together.
 * The design system's counter (ds-field) knows only the raw length of a field. What the server will clean away is put
 * on top of the field's limit before that counter looks, so that "0 characters left" is the truth.
 */
(() => {
  "use strict";

  const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]/g;
  const BREAKS = /\r\n|[\r\x0b\x0c\x85\u2028\u2029]/g;
  const SPACE = "[\\t\\n \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]+";
  const AROUND = new RegExp(`^${SPACE}|${SPACE}$`, "g");
  const SPACES = new RegExp(SPACE, "g");

  /* The number that the server compares with the limit. oneLine: of a field without line breaks. */
  globalThis.skisseCharacters = (text, oneLine = false) => {
    const visible = text.replace(INVISIBLE, "").replace(BREAKS, "\n");
    const composed = visible.normalize("NFC");
    const kept = (composed.length <= visible.length ? composed : visible).replace(AROUND, "");
    return (oneLine ? kept.replace(SPACES, " ") : kept).length;
  };

  if (typeof document === "undefined") return;

  const limits = new WeakMap();
  const adjust = (counter) => {
    const field = counter.closest("ds-field")?.querySelector("textarea, input");
    if (!field) return;
    if (!limits.has(counter)) limits.set(counter, Number(counter.dataset.limit));
    const cleaned = field.value.length - skisseCharacters(field.value, field.localName === "input");
    const limit = String(limits.get(counter) + cleaned);
    if (counter.dataset.limit !== limit) counter.dataset.limit = limit;
  };
  const COUNTER = '[data-field="counter"]';

  for (const counter of document.querySelectorAll(COUNTER)) adjust(counter);
  // On the way down, before the counter hears of it.
  document.addEventListener(
    "input",
    (event) => {
      const counter = event.target.closest?.("ds-field")?.querySelector(COUNTER);
      if (counter) adjust(counter);
    },
    { capture: true, passive: true },
  );
})();
