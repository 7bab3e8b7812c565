/*
 * The page of a call, kept true while it stands open. Nothing depends on it: the server decides.
 *
 * [data-clock] carries the server's time when the page was made (data-now), and the next opening or deadline
 * (data-turns). Before it [data-before] shows, after it [data-after]. The server's clock counts, not the reader's: its
 * distance is measured from the page, and asked for again when the instant is near, comes, or the page wakes up.
 */
(() => {
  const page = document.querySelector("[data-clock]");
  if (!page) return;

  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const LONGEST_WAIT = 30 * SECOND; // a longer one sleeps through a clock that is put right
  const language = document.documentElement.lang;
  const languages = language === "nn" ? ["nn", "nb", "no"] : [language];
  const turns = Date.parse(page.dataset.turns);
  let away = Date.parse(page.dataset.now) - Date.now();
  let turned = false;
  let asked = 0;
  let timer;

  const now = () => Date.now() + away;

  // ---- The reader's own zone ----

  const wallClock = (at, zone) =>
    new Intl.DateTimeFormat("en", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(at);
  const zoneName = (at) =>
    new Intl.DateTimeFormat(languages, { timeZoneName: "long" })
      .formatToParts(at)
      .find((part) => part.type === "timeZoneName").value;

  function addReadersZone() {
    const long = new Intl.DateTimeFormat(languages, { dateStyle: "long", timeStyle: "short" });
    for (const time of page.querySelectorAll("time[datetime*='T']")) {
      if (time.closest(".sk-phases")) continue; // a bar of eight times is read by nobody; the list of dates has them
      const at = new Date(time.dateTime);
      if (wallClock(at, page.dataset.zone) === wallClock(at)) continue;
      const own = document.createElement("span");
      own.className = "sk-yours";
      own.textContent = page.dataset.yours.replace("{when}", long.format(at)).replace("{zone}", zoneName(at));
      time.after(own);
    }
  }

  // ---- Time left ----

  const count = (number, unit) =>
    new Intl.NumberFormat(languages, { style: "unit", unit, unitDisplay: "long" }).format(number);

  function left(milliseconds) {
    if (milliseconds >= 2 * DAY) return count(Math.floor(milliseconds / DAY), "day");
    const [hours, minutes] = [Math.floor(milliseconds / HOUR), Math.floor((milliseconds % HOUR) / MINUTE)];
    if (hours) return [count(hours, "hour"), ...(minutes ? [count(minutes, "minute")] : [])].join(" ");
    return minutes ? count(minutes, "minute") : count(Math.ceil(milliseconds / SECOND), "second");
  }

  function showTimeLeft() {
    for (const each of page.querySelectorAll("[data-until]")) {
      const rest = Date.parse(each.dataset.until) - now();
      each.textContent = rest > 0 ? each.dataset.left.replace("{left}", left(rest)) : "";
    }
  }

  // ---- The turn ----

  async function askTheServer() {
    asked = Date.now();
    try {
      const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store", credentials: "omit" });
      const time = Date.parse(answer.headers.get("X-Server-Time"));
      if (!Number.isNaN(time)) away = time - Date.now();
    } catch {
      // Not to be reached: our own count holds.
    }
  }

  function turn() {
    if (turned) return;
    turned = true;
    for (const each of page.querySelectorAll("[data-before]")) each.hidden = true;
    for (const each of page.querySelectorAll("[data-after]")) each.hidden = false;
    page.querySelector("[data-announce]").textContent = page.dataset.said;
  }

  async function look() {
    clearTimeout(timer);
    if (turned || Number.isNaN(turns)) return;
    const near = turns - now() < HOUR;
    if (now() >= turns || (near && Date.now() - asked > 10 * MINUTE)) await askTheServer();
    if (now() >= turns) turn();
    showTimeLeft();
    if (!turned) timer = setTimeout(look, Math.max(200, Math.min(LONGEST_WAIT, turns - now())));
  }

  addReadersZone();
  look();
  // Back from another page, from another window, from a night with the lid closed.
  addEventListener("pageshow", (event) => event.persisted && look());
  document.addEventListener("visibilitychange", () => document.hidden || look());
})();
