// Before the page is painted: say that scripts run, so that what they fold away is folded at once.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
