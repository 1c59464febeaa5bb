// The page follows the lab: at each sign of a change it asks for itself again and takes over what differs.
// Everything is rendered and escaped by the server; nothing is built from data here.
"use strict";
(() => {
  const status = document.getElementById("follows");
  let asking = false;
  let again = false;

  function takeOver(fresh) {
    const here = document.querySelector("main");
    const there = fresh.querySelector("main");
    if (!there || here.innerHTML === there.innerHTML) return;
    const mine = new Map([...here.children].map((section) => [section.id, section]));
    const theirs = [...there.children].map((section) => {
      const old = mine.get(section.id);
      // What someone is writing in stays as it is while its task is the same.
      const same = old && (old.outerHTML === section.outerHTML || old.contains(document.activeElement));
      const keep = same && old.dataset.task === section.dataset.task;
      return keep ? old : document.adoptNode(section);
    });
    if (theirs.length !== here.children.length || theirs.some((section, n) => section !== here.children[n])) {
      const focused = document.activeElement;
      here.replaceChildren(...theirs);
      if (focused && here.contains(focused)) focused.focus();
    }
  }

  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    do {
      again = false;
      try {
        const answer = await fetch("/", { cache: "no-store" });
        takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
      } catch { status.textContent = "The lab does not answer."; }
    } while (again);
    asking = false;
  }

  const events = new EventSource("/v1/events");
  events.addEventListener("open", () => { status.textContent = "This page follows the lab by itself."; });
  events.addEventListener("change", refresh);
  events.addEventListener("error", () => { status.textContent = "The lab does not answer; it may have ended."; });
})();
