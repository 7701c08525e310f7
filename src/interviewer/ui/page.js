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
// What was chosen last is chosen again.
const group = () => {
  for (const set of document.querySelectorAll("fieldset:not([aria-label])")) {
    const label = set.querySelector("[data-testid=block-info]")?.textContent.trim();
    const buttons = set.querySelectorAll("input[type=radio]");
    if (!label || !buttons.length) continue;
    set.setAttribute("role", "radiogroup");
    set.setAttribute("aria-label", label);
    const name = () => {
      for (const button of buttons) {
        const { checked } = button;
        if (button.name !== label) button.name = label;
        button.checked = checked;
      }
    };
    name();
    // Gradio names a button anew whenever it is chosen or no longer is.
    new MutationObserver(name).observe(set, { attributeFilter: ["name"], subtree: true });
    for (const button of buttons) {
      const words = button.nextElementSibling;
      const [heading, ...rest] = words.textContent.split("\n");
      if (!rest.length) continue;
      const bold = document.createElement("b");
      bold.textContent = heading;
      words.replaceChildren(bold, "\n", rest.join(". "));
      if (rest.length > 1) button.parentElement.dataset.industry = rest[0];
    }
    const last = localStorage.getItem(`interviewer-${label}`);
    const again = [...buttons].find(({ value, checked }) => value === last && !checked);
    again?.click();
    set.addEventListener("change", ({ target }) => {
      localStorage.setItem(`interviewer-${label}`, target.value);
      if (set.id === "cases") narrow();
    });
    if (set.id === "cases") {
      narrow();
      const card = again?.parentElement;
      if (card) card.parentElement.scrollTop = card.offsetTop - card.parentElement.offsetTop;
    }
  }
};

// The list of cases is narrowed to an industry and the words of the search. The chosen case stays.
const narrow = () => {
  const filter = document.querySelector(".filter");
  const industry = filter.querySelector("[name=industry]:checked").value;
  const words = filter.querySelector("[type=search]").value.toLowerCase().split(/\s+/);
  let count = 0;
  for (const card of document.querySelectorAll("#cases label")) {
    const text = card.textContent.toLowerCase();
    const fits =
      (!industry || card.dataset.industry === industry) && words.every((w) => text.includes(w));
    const { checked } = card.querySelector("input");
    card.hidden = !fits && !checked;
    card.toggleAttribute("data-apart", !fits && checked);
    count += fits;
    if (checked) {
      document.getElementById("chosen").textContent = card.querySelector("b").textContent;
    }
  }
  filter.querySelector(".count").textContent = `${count} ${count === 1 ? "case" : "cases"}`;
};
document.addEventListener("input", ({ target }) => {
  if (target.closest(".filter")) narrow();
});

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
