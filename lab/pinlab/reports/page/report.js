"use strict";
(function () {
  const form = document.getElementById("filters");
  const outcome = document.getElementById("filter-outcome");
  const verdict = document.getElementById("filter-verdict");
  const text = document.getElementById("filter-text");
  const count = document.getElementById("count");
  const families = [...document.querySelectorAll(".family")].map((section) => ({
    section: section,
    name: section.querySelector("h3").textContent,
    cases: [...section.querySelectorAll(".case")],
  }));
  const total = families.reduce((sum, family) => sum + family.cases.length, 0);

  function apply() {
    const outcomes = outcome.value ? outcome.value.split(" ") : null;
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const family of families) {
      let here = 0;
      for (const article of family.cases) {
        const label = (family.name + "/" + article.querySelector("summary").textContent).toLowerCase();
        const fits =
          (!outcomes || outcomes.includes(article.dataset.outcome)) &&
          (!verdict.value || article.dataset.verdict === verdict.value) &&
          words.every((word) => label.includes(word));
        article.hidden = !fits;
        here += fits ? 1 : 0;
      }
      family.section.hidden = here === 0;
      shown += here;
    }
    count.textContent = shown + " of " + total + " cases";
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  outcome.addEventListener("change", apply);
  verdict.addEventListener("change", apply);
  text.addEventListener("input", apply);
  document.getElementById("open-all").addEventListener("click", () => {
    for (const family of families) for (const article of family.cases) if (!article.hidden) article.open = true;
  });
  if (document.querySelector(".case.failed, .case.error")) {
    outcome.value = "failed error";
    apply();
  }
})();
