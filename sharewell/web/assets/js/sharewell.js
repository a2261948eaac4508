// Comforts only: every page works without this file.
const frontend = document.querySelector("meta[name=frontend]");
const { initAll } = await import(frontend.content);
initAll();

// One press on a button that sends is one sending; the server holds the same line by the form's key.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.dataset.sent) {
    if (event.target.dataset.sent) event.preventDefault();
    return;
  }
  event.target.dataset.sent = "yes";
  window.setTimeout(() => delete event.target.dataset.sent, 5000);
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
