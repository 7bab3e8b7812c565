/* Drag questions and sections with the mouse. The buttons beside each do the same for everybody; this script only fills
   in the order and presses the form's own way of saving it. */
(() => {
  "use strict";

  const arrange = (form) => {
    if (!form.querySelector("button[name=move]")) return;
    let dragged = null;

    const kind = (row) => row.dataset.wsItem.split(":")[0];
    const save = () => {
      const order = [...form.querySelectorAll("[data-ws-item]")].map((row) => row.dataset.wsItem).join(" ");
      if (order === form.elements.order.value) return;
      form.elements.order.value = order;
      form.elements.item.value = dragged.dataset.wsItem;
      form.submit();
    };
    const over = (event) => {
      if (!dragged) return;
      const target = event.target.closest?.(kind(dragged) === "section" ? "section[data-ws-item]" : "li, .ws-part");
      if (!target || target === dragged) return;
      event.preventDefault();
      const { top, height } = target.getBoundingClientRect();
      const after = event.clientY > top + height / 2;
      if (target.matches(".ws-part") && kind(dragged) === "question") {
        const list = target.querySelector("ol");
        if (!list.querySelector("li[data-ws-item]")) list.append(dragged);
        return;
      }
      target[after ? "after" : "before"](dragged);
    };

    for (const row of form.querySelectorAll("[data-ws-item]")) {
      const handle = document.createElement("span");
      handle.dataset.wsHandle = "";
      handle.setAttribute("aria-hidden", "true");
      handle.textContent = "⠿";
      (row.querySelector(":scope > .ws-part__head") ?? row).prepend(handle);
      handle.addEventListener("pointerdown", () => { row.draggable = true; });
      row.addEventListener("dragstart", (event) => {
        if (dragged || !row.draggable) return;
        dragged = row;
        row.classList.add("ws-dragged");
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", row.dataset.wsItem);
      });
      row.addEventListener("dragend", () => {
        row.draggable = false;
        row.classList.remove("ws-dragged");
        if (dragged === row) save();
        dragged = null;
      });
    }
    form.addEventListener("dragover", over);
    form.addEventListener("drop", (event) => event.preventDefault());
  };

  const start = () => document.querySelectorAll("form[data-ws-arrange]").forEach(arrange);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
