"use strict";
// Reloads the page when its report has changed, and keeps the team that was chosen.
const seen = document.currentScript.dataset.version;

const chosen = sessionStorage.getItem("team");
const button = chosen && document.getElementById(chosen);
if (button) button.checked = true;
addEventListener("change", (event) => {
  if (event.target.name === "team") sessionStorage.setItem("team", event.target.id);
});

async function watch() {
  for (;;) {
    try {
      const answer = await fetch("/changed?after=" + seen, { cache: "no-store" });
      if (answer.ok && (await answer.text()) !== seen) return location.reload();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
watch();
