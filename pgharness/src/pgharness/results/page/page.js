"use strict";
(() => {
  const root = document.documentElement;
  const form = document.querySelector(".filters");
  root.classList.add("scripted");

  if (matchMedia("(max-width: 63.99rem)").matches) document.querySelector(".contents details").open = false;

  // A box that can be scrolled sideways can be reached by keyboard. Only what is shown is measured:
  // asking for the size of what is closed would lay it out.
  let measuring = 0;
  const reach = () => {
    measuring = 0;
    for (const box of document.querySelectorAll(".wide, .trace pre")) {
      if (!box.checkVisibility()) continue;
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", "Can be scrolled sideways");
      } else if (box.tabIndex === 0) {
        for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      }
    }
  };
  const measure = () => (measuring ||= requestAnimationFrame(reach));
  document.addEventListener("toggle", measure, true);
  addEventListener("resize", measure);
  addEventListener("load", measure);

  // Copying, where the browser allows it.
  for (const figure of navigator.clipboard ? document.querySelectorAll(".repeat") : []) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(figure.querySelector("pre").textContent).then(
        () => (button.textContent = "Copied"),
        () => getSelection().selectAllChildren(figure.querySelector("pre")),
      ),
    );
    figure.append(button);
  }

  // A link to a rule or an example opens it, and shows it even if the filters hide it.
  const missing = document.createElement("p");
  missing.className = "detail";
  missing.setAttribute("role", "status");
  document.querySelector(".top h1").after(missing);
  const reveal = () => {
    let id = location.hash.slice(1);
    try {
      id = decodeURIComponent(id);
    } catch {
      // It is not encoded.
    }
    const target = id && document.getElementById(id);
    missing.textContent = id && !target ? `“${id}” is not on this page: this run has no such rule or example.` : "";
    if (!target) return;
    for (let at = target; at && at !== document.body; at = at.parentElement) {
      at.hidden = false;
      if (at.localName === "details") at.open = true;
    }
    if (target.matches(".rule")) {
      target.querySelector("details").open = true;
      for (const each of target.querySelectorAll(".case")) each.hidden = false;
      const failing = [...target.querySelectorAll(".case.failing")];
      if (failing.length && !failing.some((each) => each.open)) failing[0].open = true;
    }
    for (const each of target.matches(".capability, .feature") ? target.querySelectorAll(".feature, .rule, .case") : []) each.hidden = false;
    target.scrollIntoView();
    const summary = target.querySelector("summary");
    if (target.matches(".rule, .case") && summary) summary.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  addEventListener("load", () => requestAnimationFrame(reveal)); // by then the browser has taken the focus
  document.addEventListener("click", (event) => {
    const square = event.target.closest("[data-to]");
    const link = event.target.closest("a[href^='#']");
    if (square) location.hash = square.dataset.to;
    else if (link && link.getAttribute("href") === location.hash) reveal(); // no event tells of it
  });

  if (!form) return;

  const fields = form.elements;
  const output = form.querySelector("output");
  const tagsOf = (element) => (element.dataset.tags || "").split(" ");
  const rules = [...document.querySelectorAll(".rule")].map((element) => {
    const feature = element.closest(".feature");
    const capability = element.closest(".capability");
    const shared = [...tagsOf(feature), ...tagsOf(element)];
    return {
      element,
      feature,
      capability,
      persona: feature.dataset.persona,
      cases: [...element.querySelectorAll(".case")].map((one) => ({
        element: one,
        status: one.dataset.status,
        tags: new Set([...shared, ...tagsOf(one)]),
      })),
    };
  });
  const good = new Set(["passed", "skipped", "not run"]);
  const number = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

  // Text is collected once, when it is first searched.
  let indexed = false;
  const index = () => {
    if (indexed) return;
    indexed = true;
    for (const rule of rules) {
      const own = [...rule.feature.querySelectorAll(":scope > :not(.rule)"), ...rule.element.querySelectorAll(".meta, :scope > details > :not(.case)")];
      rule.text = own.map((each) => each.textContent).join(" ").toLowerCase();
      for (const one of rule.cases) one.text = one.element.textContent.toLowerCase();
    }
  };

  let openedBySearch = [];
  const filter = () => {
    const words = fields.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const value = (name) => (fields[name] ? fields[name].value : "");
    const [status, capability, tag, persona] = ["status", "capability", "tag", "persona"].map(value);
    if (words.length) index();
    let [found, foundRules] = [0, []];
    for (const rule of rules) {
      const fits = (!capability || rule.capability.dataset.capability === capability) && (!persona || rule.persona === persona);
      let inRule = 0;
      for (const one of rule.cases) {
        const matches =
          fits &&
          (!status || (status === "!" ? !good.has(one.status) : one.status === status)) &&
          (!tag || one.tags.has(tag)) &&
          words.every((word) => rule.text.includes(word) || one.text.includes(word));
        one.element.hidden = !matches;
        inRule += matches;
      }
      rule.element.hidden = !inRule;
      if (inRule) foundRules.push(rule);
      found += inRule;
    }
    for (const selector of [".feature", ".capability"]) {
      for (const group of document.querySelectorAll(selector)) group.hidden = !group.querySelector(".rule:not([hidden])");
    }
    for (const details of openedBySearch) details.open = false;
    openedBySearch = [];
    if ((words.length || status || tag) && found <= 30) {
      openedBySearch = foundRules.map((rule) => rule.element.querySelector("details")).filter((details) => !details.open);
      for (const details of openedBySearch) details.open = true;
    }
    const filtered = Boolean(words.length || status || capability || tag || persona);
    const count = `${number(found, "example")} in ${number(foundRules.length, "rule")}`;
    output.textContent = filtered ? (found ? `${count} of ${rules.length.toLocaleString("en")}` : "No example matches") : count;
    form.querySelector(".reset").hidden = !filtered;
  };

  form.addEventListener("input", filter);
  form.querySelector(".reset").addEventListener("click", () => {
    form.reset();
    filter();
    fields.text.focus();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of form.querySelectorAll("[data-open]")) {
    button.addEventListener("click", () => {
      for (const details of document.querySelectorAll(".rule:not([hidden]) > details, .case:not([hidden])")) details.open = Boolean(button.dataset.open);
    });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      fields.text.focus();
      form.scrollIntoView({ block: "nearest" });
    }
  });

  form.hidden = false;
  filter();
})();
