// The clock ticks here, so that the server need not send it every second.
setInterval(() => {
  for (const clock of document.querySelectorAll(".clock[data-running]")) {
    // A clock that came with a new page begins at what the server has counted.
    clock.since ??= Date.now();
    const seconds = Math.floor(Number(clock.dataset.seconds) + (Date.now() - clock.since) / 1000);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}, 500);

// Back and forward go through the interviews; a jump within the report stays on it.
let shown = new URL(location).searchParams.get("session");
window.addEventListener("popstate", () => {
  if (new URL(location).searchParams.get("session") !== shown) location.reload();
});
window.showSession = (session) => {
  shown = session === "-" ? null : session;
  const url = new URL(location);
  if (url.searchParams.get("session") === shown) return;
  url.hash = "";
  shown ? url.searchParams.set("session", shown) : url.searchParams.delete("session");
  history.pushState(null, "", url);
};

// Gradio gives every radio button a name of its own; with one name they are one group to the
// keyboard and to a screen reader. The first line of a card is its heading.
const group = () => {
  for (const set of document.querySelectorAll("fieldset:not([aria-label])")) {
    const label = set.querySelector("[data-testid=block-info]")?.textContent.trim();
    const buttons = set.querySelectorAll("input[type=radio]");
    if (!label || !buttons.length) continue;
    set.setAttribute("role", "radiogroup");
    set.setAttribute("aria-label", label);
    for (const button of buttons) {
      const { checked } = button;
      button.name = label;
      button.checked = checked;
      const words = button.nextElementSibling;
      const [heading, ...rest] = words.textContent.split("\n");
      if (!rest.length) continue;
      const bold = document.createElement("b");
      bold.textContent = heading;
      words.replaceChildren(bold, "\n", rest.join("\n"));
    }
  }
};

// A new score replaces the old one; what was unfolded in that stays unfolded.
const unfolded = new Set();
document.addEventListener(
  "toggle",
  ({ target }) => {
    const key = target.dataset?.keep;
    if (key && target.isConnected) unfolded[target.open ? "add" : "delete"](key);
  },
  true,
);
const unfold = () => {
  for (const key of unfolded) document.querySelector(`[data-keep="${key}"]`)?.setAttribute("open", "");
};

new MutationObserver(() => {
  group();
  unfold();
}).observe(document.body, { childList: true, subtree: true });
group();

// A link to a folded part of the report unfolds it.
window.addEventListener("hashchange", () => {
  const part = document.getElementById(location.hash.slice(1));
  if (part instanceof HTMLDetailsElement) part.open = true;
});
