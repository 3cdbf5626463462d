// Files that are too large for a request go to the bucket for uploads; then the form names them.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-largest-in-form]");
  const input = form?.querySelector("[name=file]");
  if (!input) return;
  const say = (name, text) => {
    const place = form.querySelector(`[data-upload-${name}]`);
    place.textContent = text;
    place.hidden = !text;
  };
  const megabytes = (bytes) => `${Math.floor(bytes / 104857.6) / 10} MB`;
  const fail = (text) => { say("progress", ""); say("problem", text); };
  const lost = "The file could not be uploaded. Nothing was imported. Try again.";
  const send = ({ url, fields }, file) => new Promise((done, failed) => {
    const parts = new FormData();
    for (const [name, value] of Object.entries(fields)) parts.append(name, value);
    parts.append("file", file, "file");
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => {
      say("progress", `Uploading: ${Math.floor((100 * event.loaded) / event.total)}%`);
    });
    request.addEventListener("load", () => (request.status < 300 ? done() : failed(new Error(lost))));
    request.addEventListener("error", () => failed(new Error(lost)));
    request.open("POST", url);
    request.send(parts);
  });
  const ask = async () => {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(form.dataset.uploadAddress, { method: "POST", headers: { "X-CSRFToken": token } });
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(found.problem || lost);
    return found;
  };
  form.addEventListener("submit", async (event) => {
    const files = [...input.files], file = files[0], size = files.reduce((sum, each) => sum + each.size, 0), way = form.dataset.uploadAddress, pressed = event.submitter;
    const largest = Number(way ? form.dataset.largest : form.dataset.largestInForm);
    if (!file || size <= Number(form.dataset.largestInForm)) return;
    event.preventDefault();
    if (size > largest) {
      fail(`${files.length > 1 ? "The files have" : "The file has"} ${megabytes(size)}, and at most ${megabytes(largest)} can be uploaded. Nothing was imported. Put it on the feed's server.`);
      return;
    }
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    say("problem", "");
    say("progress", "Uploading: 0%");
    try {
      const address = await ask();
      await send(address, file);
      form.querySelector("[name=uploaded]").value = address.uploaded;
      form.querySelector("[name=uploaded_name]").value = file.name;
      input.value = "";
      for (const button of buttons) button.disabled = false;
      form.requestSubmit(pressed);
    } catch (error) {
      fail(error instanceof TypeError ? lost : error.message);
      for (const button of buttons) button.disabled = false;
    }
  });
});
