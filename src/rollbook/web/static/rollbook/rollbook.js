// Only what makes pages nicer: every one of them works without this file.
document.addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    const label = () => { button.querySelector("span").textContent = isDark() ? "Use light theme" : "Use dark theme"; };
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      const secure = location.protocol === "https:" ? ";secure" : "";
      document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax${secure}`;
      label();
    });
    label();
  }
  // Only the credentials that the chosen way to sign in needs.
  const choose = () => {
    const chosen = document.querySelector("[name=sign_in]:checked")?.value;
    for (const part of document.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(chosen);
  };
  document.querySelectorAll("[name=sign_in]").forEach((radio) => radio.addEventListener("change", choose));
  if (document.querySelector("[name=sign_in]")) choose();
  // A summary of errors is heard first.
  document.querySelector("[data-focus]")?.focus();
  // What was typed is not lost by a wrong click.
  for (const form of document.querySelectorAll("form[data-guard]")) {
    let changed = false;
    // A field may belong to the form and be elsewhere on the page.
    document.addEventListener("input", ({ target }) => { if (target.form === form) changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }
  // Announce how far a running import is once per change, never every number.
  const live = document.getElementById("live");
  const paused = () => document.querySelector("[data-pause]")?.getAttribute("aria-pressed") === "true";
  const tell = () => {
    const said = document.querySelector("[data-announce]")?.dataset;
    if (said && live && live.textContent !== said.announce) live.textContent = said.announce;
    if (said) document.title = said.title;
    // What has ended is neither stopped nor waited for.
    if (said && "over" in said) for (const part of document.querySelectorAll("[data-while-running]")) part.hidden = true;
  };
  document.body.addEventListener("htmx:afterSettle", tell);
  tell();
  const began = Date.now();
  let asked = 0;
  // Ask less often the longer it takes, and not at all while the page is hidden.
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("[data-poll]")) return;
    const minutes = (Date.now() - began) / 60000;
    const pause = minutes > 10 ? 15000 : minutes > 2 ? 5000 : 0;
    if (document.hidden || paused() || Date.now() - asked < pause) event.preventDefault();
    else asked = Date.now();
  });
  document.querySelector("[data-pause]")?.addEventListener("click", (event) => {
    const button = event.currentTarget;
    button.setAttribute("aria-pressed", String(!paused()));
  });
  // Focus that was in a part of the page which is replaced stays in that part.
  let held = null;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    held = part?.matches("#test-result, #chooser") && part.contains(document.activeElement) ? part : null;
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (held && !held.contains(document.activeElement)) held.focus();
  });
  const lost = (is) => { const note = document.getElementById("offline"); if (note) note.hidden = !is; };
  document.body.addEventListener("htmx:sendError", () => lost(true));
  document.body.addEventListener("htmx:responseError", () => lost(true));
  document.body.addEventListener("htmx:afterOnLoad", (event) => { if (event.detail.successful !== false) lost(false); });
});
