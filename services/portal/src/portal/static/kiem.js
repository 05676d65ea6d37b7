// What pages can do with a script; every one of them works without.
"use strict";
document.documentElement.classList.add("scripted");

// A form that was taken has its key in this cookie: its draft is one no more. Nothing else tells that
// it was: a page that follows may be an error, a sign-in, or somewhere one went back to.
const taken = document.cookie.match(/(?:^|; )kiem-taken=([\w-]+)/)?.[1];
if (taken) {
  for (const key of Object.keys(localStorage).filter((k) => k.startsWith("draft:"))) {
    if (JSON.parse(localStorage.getItem(key)).once === taken) localStorage.removeItem(key);
  }
  document.cookie = "kiem-taken=; Max-Age=0; Path=/; SameSite=Lax";
}

// A draft stays on this device until its form is taken, for whoever wrote it: a lost network or a
// closed browser loses nothing, and signing out clears it. What is told as nobody, or by a code,
// has none: the house promises that its device does not keep what was written.
const whose = document.body.dataset.whose || "";
for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = `draft:${whose}:${form.dataset.draft}`, all = [...form.elements].filter((f) => f.name);
  const fields = all.filter((f) => !["hidden", "submit", "file"].includes(f.type));
  // What a form is about besides what is typed: the same key for something else would be refused.
  const about = all.filter((f) => f.type === "hidden" && !["csrf", "once"].includes(f.name)).map((f) => f.value).join();
  const once = form.elements.once, fresh = once.value;
  const keep = (more) => {
    const kept = { ...more };
    for (const f of fields) {
      if (f.type === "radio") { if (f.checked) kept[f.name] = f.value; } else kept[f.name] = f.value;
    }
    localStorage.setItem(key, JSON.stringify(kept));
  };
  const kept = JSON.parse(localStorage.getItem(key) || "{}");
  for (const f of fields) {
    if (!(f.name in kept)) continue;
    if (f.type === "radio") {
      f.checked = f.checked || f.value === kept[f.name];
      if (f.checked && !f.defaultChecked) f.closest("details")?.setAttribute("open", "");
    }
    else if (!f.value || "preset" in f.dataset) f.value = kept[f.name];
  }
  // Its answer may be what was lost: sent again as it was, it has the same key and arrives once.
  if (kept.once && kept.about === about && !document.querySelector(".problems")) once.value = kept.once;
  form.addEventListener("input", () => { once.value = fresh; keep(); });
  form.addEventListener("submit", () => keep({ once: once.value, about }));
}

// What is wrong stands above the form, as the portal writes it.
const made = (kind, given, ...within) => {
  const one = Object.assign(document.createElement(kind), given);
  one.append(...within);
  return one;
};
const complain = (form, ...within) => {
  document.getElementById("problems")?.remove();
  const box = made("div", { id: "problems", className: "problems", tabIndex: -1 }, ...within);
  box.setAttribute("role", "alert");
  form.before(box);
  box.focus();
};

// What says nothing is no answer: it is told beside its field before it goes, as the portal does.
const littles = [...document.querySelectorAll("textarea[data-little]")];
const saysNothing = (field) => {
  const words = field.value.match(/[\p{L}\p{N}_]+/gu) || [];
  return words.length < field.dataset.words || [...words.join("")].length < field.dataset.letters;
};
littles[0]?.form.addEventListener("submit", (event) => {
  const told = [], { form } = littles[0];
  for (const field of littles) {
    document.getElementById(`${field.id}-wrong`)?.remove();
    ["aria-invalid", "aria-describedby"].forEach((name) => field.removeAttribute(name));
    if (!saysNothing(field)) continue;
    field.before(made("span", { className: "wrong", id: `${field.id}-wrong` }, field.dataset.little));
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.id}-wrong`);
    told.push(made("li", {}, made("a", { href: `#${field.id}` }, field.dataset.little)));
  }
  if (!told.length) return;
  event.preventDefault();
  const title = form.querySelector("[data-problems]").dataset.problems;
  complain(form, made("h2", {}, title), made("ul", {}, ...told));
});

// What is told as nobody is kept nowhere: without a network its page stays as it is.
for (const form of document.querySelectorAll("form[data-offline]")) {
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    complain(form, made("p", {}, form.dataset.offline));
  });
}

// A photo is made smaller before it goes: a phone on a bad network sends a tenth, and no place.
const SIDE = 2048;
async function smaller(photo) {
  const image = await createImageBitmap(photo), scale = Math.min(1, SIDE / Math.max(image.width, image.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width * scale, height: image.height * scale });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", .85));
  return made && made.size < photo.size ? new File([made], "photo.jpg", { type: "image/jpeg" }) : photo;
}
for (const field of document.querySelectorAll("input[type=file]")) {
  field.addEventListener("change", async () => {
    try {
      const kept = new DataTransfer();
      for (const photo of field.files) kept.items.add(await smaller(photo));
      field.files = kept.files;
    } catch { /* whoever cannot read it sends it as it is, and is told */ }
  });
}

// The puzzle before a sealed idea is solved while somebody types; without this the portal does it.
for (const form of document.querySelectorAll("form[data-puzzle]")) {
  const { puzzle, bits, answer } = form.elements;
  const worker = new Worker(form.dataset.puzzle);
  worker.onmessage = (solved) => { answer.value = solved.data; };
  worker.postMessage({ puzzle: puzzle.value, bits: Number(bits.value) });
}

// What is wrong gets the focus, so that everybody meets it first.
document.querySelector(".problems[tabindex]")?.focus();

// On a phone the menu is wider than the screen: show where we are.
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// The inbox, live: each notice as it is told; without this the page is loaded again.
const live = document.querySelector("[data-live]");
if (live && window.EventSource) {
  const told = new EventSource(live.dataset.live);
  const renew = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (fresh && !live.contains(document.activeElement)) live.replaceChildren(...fresh.childNodes);
    window.htmx?.trigger("#inbox-count", "load");
  };
  told.addEventListener("ready", () => document.querySelector(".when-live")?.removeAttribute("hidden"));
  told.addEventListener("notice", renew);
  told.addEventListener("reload", renew);
}

// The queue by keyboard: j and k walk, x chooses, Enter opens.
const rows = [...document.querySelectorAll("[data-walk] .card a")];
document.addEventListener("keydown", (event) => {
  if (!rows.length || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key === "x") document.activeElement.closest(".card")?.querySelector("[type=checkbox]")?.click();
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const now = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, now < 0 && step < 0 ? 0 : now + step))].focus();
});

