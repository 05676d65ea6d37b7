// What pages can do with a script; every one of them works without.
"use strict";
document.documentElement.classList.add("scripted");

// What was sent and came back without a complaint is no draft any more.
for (const mark of Object.keys(sessionStorage).filter((k) => k.startsWith("sent:"))) {
  if (!document.querySelector(".problems")) sessionStorage.removeItem(mark.slice(5));
  sessionStorage.removeItem(mark);
}

// A draft stays in this tab until it is sent: a lost network or a closed page loses nothing.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = `draft:${form.dataset.draft}`;
  const fields = [...form.elements].filter((f) => f.name && !["hidden", "submit"].includes(f.type));
  const keep = () => {
    const kept = {};
    for (const f of fields) {
      if (f.type === "radio") { if (f.checked) kept[f.name] = f.value; } else kept[f.name] = f.value;
    }
    sessionStorage.setItem(key, JSON.stringify(kept));
  };
  const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
  for (const f of fields) {
    if (!(f.name in kept)) continue;
    if (f.type === "radio") f.checked = f.checked || f.value === kept[f.name];
    else if (!f.value) f.value = kept[f.name];
  }
  form.addEventListener("input", keep);
  form.addEventListener("submit", () => { if (navigator.onLine) sessionStorage.setItem(`sent:${key}`, "1"); });
}
// What is wrong gets the focus, so that everybody meets it first.
document.querySelector(".problems[tabindex]")?.focus();

// On a phone the menu is wider than the screen: show where we are.
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// The queue by keyboard: j and k walk, Enter opens.
const rows = [...document.querySelectorAll("[data-walk] .card a")];
document.addEventListener("keydown", (event) => {
  if (!rows.length || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const now = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, now < 0 && step < 0 ? 0 : now + step))].focus();
});

