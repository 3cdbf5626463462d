// Two minutes before a sign-in ends, say so and offer to stay; what was typed is kept.
document.addEventListener("DOMContentLoaded", () => {
  const note = document.getElementById("leaving");
  if (!note) return;
  const lasts = Number(note.dataset.lasts) * 1000, words = note.querySelector("strong");
  let ends = Date.now() + Number(note.dataset.seconds) * 1000;
  const say = (text) => {
    words.textContent = text;
    document.getElementById("live").textContent = text;
  };
  const look = () => {
    const left = ends - Date.now();
    if (left > 120000) note.hidden = true;
    else if (left <= 0 && !note.dataset.over) {
      note.dataset.over = "yes";
      say("You have been signed out. Copy what you have typed, then sign in again.");
    } else if (note.hidden) {
      note.hidden = false;
      say("You will be signed out within two minutes.");
    }
  };
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!note.contains(event.detail.elt) || !event.detail.successful) return;
    ends = Date.now() + lasts;
    say("You stay signed in.");
    look();
  });
  setInterval(look, 1000);
  look();
});
