// Where no time zone was ever saved, the browser's own is chosen; the person confirms it by saving.
document.addEventListener("DOMContentLoaded", () => {
  const select = document.querySelector("[data-offer-zone]"), here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select || !here) return;
  // Zones by other names, such as America/Detroit, have the same clock in winter and in summer.
  const clock = (zone) => [0, 6].map((month) =>
    new Date(Date.UTC(new Date().getFullYear(), month, 1)).toLocaleString("en-US", { timeZone: zone })).join();
  const options = [...select.options];
  const found = options.find((each) => each.value === here) || options.find((each) => clock(each.value) === clock(here));
  if (!found) return;
  select.value = found.value;
  document.querySelector("[data-offered-zone]").hidden = false;
});
