// A button beside a text that is to be sent to a person: it copies the text and confirms that.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;  // not over plain HTTP: the text can be selected by hand
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      document.getElementById("live").textContent = "Copied.";
      button.querySelector("span").textContent = "Copied";
    });
  }
});
