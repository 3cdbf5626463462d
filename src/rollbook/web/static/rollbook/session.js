// Two minutes before a sign-in ends, say so and offer to stay; what was typed is kept.
document.addEventListener("DOMContentLoaded", () => {
  const note = document.getElementById("leaving");
  if (!note) return;
  const lasts = Number(note.dataset.lasts) * 1000, words = note.querySelector("strong");
  const button = note.querySelector("button"), tabs = new BroadcastChannel("sign-in");
  const end = Date.now() + Number(note.dataset.end) * 1000;
  let ends = Date.now() + Number(note.dataset.seconds) * 1000, over = false;
  const say = (text) => {
    words.textContent = text;
    document.getElementById("live").textContent = text;
  };
  const look = () => {
    const left = ends - Date.now();
    if (left > 120000) note.hidden = true;
    else if (left <= 0 && !over) {
      over = true;
      note.hidden = false;
      button.hidden = true;
      say("You have been signed out. Save what you have typed: after you sign in, we fill it in again, except passwords, keys and files.");
    } else if (note.hidden) {
      note.hidden = false;
      button.hidden = ends >= end; // nothing prolongs the longest time
      say(
        button.hidden
          ? "Your sign-in ends within two minutes. Save what you have typed, then sign in again."
          : "You will be signed out within two minutes.",
      );
    }
  };
  const until = (moment) => {
    ends = Math.min(moment, end);
    over = false;
    note.hidden = true;
    look();
  };
  const seen = () => {
    until(Date.now() + lasts);
    tabs.postMessage("seen");
  };
  // What a page asks for on its own does not keep people signed in.
  const isOfItself = (part) => (part.getAttribute("hx-trigger") || "").includes("every");
  tabs.addEventListener("message", () => until(Date.now() + lasts));
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const status = event.detail.xhr.status, part = event.detail.elt;
    if (note.contains(part) && status === 204) {
      seen();
      say("You stay signed in.");
    } else if (status === 401) until(0);
    else if (event.detail.successful && !isOfItself(part)) seen();
  });
  tabs.postMessage("seen");
  setInterval(look, 1000);
  look();
});
