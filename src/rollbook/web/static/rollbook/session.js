// Two minutes before a sign-in ends, say so and offer to stay; what was typed is kept.
document.addEventListener("DOMContentLoaded", () => {
  const note = document.getElementById("leaving");
  if (!note) return;
  const lasts = Number(note.dataset.lasts) * 1000, words = note.querySelector("strong");
  const tabs = new BroadcastChannel("sign-in");
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
      say("You have been signed out. Copy what you have typed, then sign in again.");
    } else if (note.hidden) {
      note.hidden = false;
      say("You will be signed out within two minutes.");
    }
  };
  const until = (moment) => {
    ends = moment;
    over = false;
    look();
  };
  tabs.addEventListener("message", () => until(Date.now() + lasts));
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!note.contains(event.detail.elt)) return;
    if (event.detail.xhr.status === 204) {
      say("You stay signed in.");
      until(Date.now() + lasts);
      tabs.postMessage("stays");
    } else if (event.detail.xhr.status === 401) until(0);
  });
  setInterval(look, 1000);
  look();
});
