// Comforts only: every page works without this file.
const frontend = document.querySelector("meta[name=frontend]");
const { initAll } = await import(frontend.content);
initAll();

// One press on a button that sends is one sending; the server holds the same line by the form's key.
// A press waits for what is being saved meanwhile, and nothing is saved beside it: else the page would meet
// its own words as somebody else's.
document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (event.defaultPrevented || !button || form.dataset.sent) {
    if (form.dataset.sent) event.preventDefault();
    return;
  }
  if (form.classList.contains("htmx-request")) {
    event.preventDefault();
    form.dataset.waits = "yes";
    form.addEventListener("htmx:afterRequest", () => form.requestSubmit(button), { once: true });
    return;
  }
  form.dataset.sent = "yes";
  window.setTimeout(() => delete form.dataset.sent, 5000);
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A lost line while saving: say so where the state of the draft is shown.
for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.body.addEventListener(name, () => {
    const status = document.getElementById("draft-status");
    if (status) status.textContent = "Not saved: no answer from the server. Keep this page open.";
  });
}

// What closes by itself counts down; at its end the page is asked for anew, and shows that it has closed.
const countdowns = document.querySelectorAll("[data-ends]");
const tick = () => {
  for (const each of countdowns) {
    const left = Math.max(0, Math.round((new Date(each.dataset.ends) - Date.now()) / 1000));
    const seconds = String(left % 60).padStart(2, "0");
    each.querySelector("[data-left]").textContent = `${Math.floor(left / 60)}:${seconds} left`;
    if (left === 0 && !each.dataset.over) {
      each.dataset.over = "yes";
      window.setTimeout(() => window.location.reload(), 1500);
    }
  }
};
if (countdowns.length) {
  tick();
  window.setInterval(tick, 1000);
}
