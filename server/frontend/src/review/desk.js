// The desk of a curator: one statement after the other beside the text. A key is a decision; each is on disk when the
// service has answered, and the next waits for that.
import { Trouble, ask, gate, keepToken, reason } from "./api.js";
import { fieldsOf } from "./fields.js";
import { textPane } from "./text.js";

/** Milliseconds after a decision until the findings are asked for anew. */
const PAUSE = 900;
/** How many statements the list shows at once, and how many of them before the current one. */
const LISTED = 120;
const BEFORE = 10;
/** How many characters of a statement stand where others stand too. */
const SHORT = 80;
/** Groups of statements that print a figure. */
const FIGURES = new Set(["target", "observation", "count"]);
const MARKED = /^\[(untranslated|composed)\] /;

const by = (id) => document.getElementById(id);
const made = (name, properties = {}) => Object.assign(document.createElement(name), properties);
const short = (text) => ([...text].length > SHORT ? `${[...text].slice(0, SHORT - 1).join("")}…` : text);

export function desk({ api, names, kinds, addable, words }) {
  const items = new Map();
  let order = [];
  let outline = [];
  let draft = null;
  let tag = "";
  let left = {};
  let pane = null;
  let undoable = "";
  // what is shown: an object, so that a decision under way follows its statement when that is called otherwise
  let current = null;
  let picked = "";
  let findings = [];
  const skipped = new Set();
  let chain = Promise.resolve();
  let timer = 0;
  let isChecking = false;
  let isOutdated = false;
  const form = fieldsOf(by("fields"), { names, words, commit, suggest });

  const item = () => current && items.get(current.about);
  const head = (each) => each.label.zh || each.fields.printedValue || each.fields.printedCount || nameOf(each.fields.agent) || each.fields.role || codeOf(each) || each.id;
  const codeOf = ({ fields }) => ["instrument", "theme", "beneficiary", "funding"].filter((key) => fields[key]).map((key) => form.valueName(key, fields[key])).join(" · ");
  const nameOf = (id) => draft.names[id] ?? id;
  const kindOf = (each) => (each.isLabel ? words.label : kinds[each.group]);
  const say = (text) => (by("said").textContent = text);

  // ── reading ─────────────────────────────────────────────────────────────────────────────────────

  async function load() {
    const answer = await ask(api);
    draft = answer.content;
    tag = answer.tag;
    undoable = draft.undo;
    items.clear();
    for (const each of draft.items) items.set(each.about, each);
    order = draft.items.map((each) => each.about);
    outline = draft.outline;
    left = draft.left;
    by("title").textContent = draft.label.zh ?? draft.slug;
    form.describe(draft.keys, draft.names);
    by("desk").hidden = false;
    const isFirst = !pane;
    if (isFirst) showText();
    redraw();
    parents();
    if (!item()) current = null;
    if (isFirst) document.querySelector(".room").scrollIntoView({ block: "start" });
    if (!current) next({ quiet: true });
    else render();
    check();
  }

  function showText() {
    const root = by("text");
    if (draft.text === null) {
      const why = { missing: words.missing, changed: words.changedText }[draft.state] ?? words.unregistered;
      root.replaceChildren(made("p", { className: "notice", textContent: why }));
      pane = { draw() {}, show() {}, clear() {}, at: () => [], chosen: () => null, words: () => "" };
    } else pane = textPane(root, draft.text, { onPick: pick, onSelect: selected });
  }

  function redraw() {
    const places = [];
    for (const each of items.values()) {
      if (each.isLabel) continue;
      for (const [start, end] of each.spans) places.push({ start, end, group: each.group, isOpen: each.isOpen, about: each.about });
    }
    pane.draw(places);
    if (item()) pane.show(item().spans, { scroll: false });
  }

  // ── walking ─────────────────────────────────────────────────────────────────────────────────────

  const WALKS = {
    all: (each) => each.isOpen,
    flagged: (each) => each.isOpen && each.isFlagged,
    figures: (each) => each.isOpen && FIGURES.has(each.group),
    labels: (each) => each.isLabel,
  };
  const walked = () => ordered().filter((about) => WALKS[by("walk").value](items.get(about)));
  const startOf = (about) => items.get(about).spans[0]?.[0] ?? Infinity;
  /** The least sure first; figures as the text has them, so that one sentence after the other is read. */
  const ordered = () => (by("walk").value === "figures" ? order.toSorted((one, other) => startOf(one) - startOf(other)) : order);

  function go(about, { quiet = false, scroll = true } = {}) {
    current = { about };
    render({ scroll });
    if (!quiet && item()) say(`${kindOf(item())}: ${short(head(item()))}`);
  }

  /** Goes to the next that waits; from `at`, where the current one is gone. */
  function next({ back = false, quiet = false, at = ordered().indexOf(current?.about) } = {}) {
    const wanted = WALKS[by("walk").value];
    const all = ordered();
    const round = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))];
    if (back) round.reverse();
    const fits = (about) => about !== current?.about && wanted(items.get(about));
    let about = round.find((each) => fits(each) && !skipped.has(each));
    if (about === undefined && skipped.size) {
      skipped.clear();
      about = round.find(fits);
    }
    if (about !== undefined) return go(about, { quiet });
    if (item() && wanted(item())) return render();
    current = null;
    render();
    return quiet ? null : say(words.done);
  }

  /** A click in the text: the innermost statement, with the next click at the same place the one around it. */
  function pick(abouts) {
    const isAgain = picked === abouts[0] && abouts.includes(current?.about);
    picked = abouts[0];
    go(isAgain ? abouts[(abouts.indexOf(current.about) + 1) % abouts.length] : picked, { scroll: false });
  }

  function selected(place, text) {
    by("chosen").textContent = place ? words.selected.replace("{words}", short(text)) : "";
    for (const id of ["respan", "add"]) by(id).disabled = !place;
  }

  // ── deciding ────────────────────────────────────────────────────────────────────────────────────

  /** Has a decision written; those before it are written first. Gives whether it was. */
  function write(handle, act, { field = "", value = "", about, advance = false } = {}) {
    const outcome = chain.then(async () => {
      const decision = { about: about ?? handle.about, act, field, value };
      try {
        const { content } = await ask(api, { body: decision, tag });
        take(content, handle, decision, advance);
        return true;
      } catch (trouble) {
        await refused(trouble, () => write(handle, act, { field, value, about, advance }));
        return false;
      }
    });
    chain = outcome.then(() => undefined);
    return outcome;
  }

  function undo() {
    if (!undoable) return say(words.nothingToUndo);
    const handle = current;
    chain = chain.then(async () => {
      try {
        const { content } = await ask(`${api}/undo`, { body: {}, tag });
        take(content, handle ?? { about: "" }, { act: "undo" }, false);
        const about = items.has(content.about) ? content.about : content.changed[0]?.about;
        if (about) go(about, { quiet: true });
        else next({ quiet: true });
        say(`${words.undone}: ${words[content.undone === "add" ? "addDone" : content.undone]}${item() ? `, ${short(head(item()))}` : ""}`);
      } catch (trouble) {
        await refused(trouble);
      }
    });
    return chain;
  }

  /** Takes over what a decision has changed. */
  function take(change, handle, decision, advance) {
    by("trouble").hidden = true;
    tag = change.tag;
    undoable = change.undo;
    left = change.left;
    const at = ordered().indexOf(handle.about);
    const removed = new Set(change.removed);
    for (const about of removed) items.delete(about);
    for (const each of change.changed) items.set(each.about, each);
    const added = change.changed.map((each) => each.about).filter((about) => !order.includes(about) || removed.has(about));
    // a statement that is called otherwise now stays where it was in the walk
    if (decision.act !== "add" && removed.has(handle.about) && change.about && items.has(change.about)) order[order.indexOf(handle.about)] = change.about;
    order = [...new Set([...order.filter((about) => items.has(about)), ...added])];
    if (decision.act !== "add" && change.about && items.has(change.about) && decision.act !== "undo") handle.about = change.about;
    if (change.outline) {
      outline = change.outline;
      parents();
    }
    redraw();
    const isCurrent = handle === current;
    if (decision.act === "reject" && !removed.has(decision.about)) advance = false;
    const done = decision.act === "add" ? words.addDone : decision.act === "reject" && removed.size > 1 ? words.withBelow : words[decision.act];
    if (done) say(`${done}: ${short(decision.value && decision.act !== "add" ? decision.value : decision.about.replace(/^[^:]*: /, ""))}`);
    if (advance && isCurrent) {
      // the next one stands where the one that is gone stood
      if (!items.has(handle.about)) current = null;
      next({ quiet: true, at: items.has(handle.about) ? ordered().indexOf(handle.about) : at - 1 });
    } else if (decision.act === "add") go(change.about, { quiet: true });
    else if (decision.act !== "undo") render({ scroll: false });
    check();
  }

  async function refused(trouble, again) {
    if (!(trouble instanceof Trouble)) throw trouble;
    const box = by("trouble");
    box.replaceChildren(made("p", { textContent: reason(trouble, words) }));
    box.hidden = false;
    if (trouble.status === 401) {
      keepToken("");
      return gate(load, words);
    }
    if (trouble.status === 412) {
      const since = trouble.problem.since ?? [];
      box.firstChild.textContent = words.changed;
      const list = made("ul");
      for (const each of since) list.append(made("li", { textContent: decisionText(each) }));
      if (!since.length) list.append(made("li", { textContent: words.changedOutside }));
      box.append(list);
      if (again) {
        const button = made("button", { type: "button", textContent: words.again });
        button.addEventListener("click", () => ((box.hidden = true), again()));
        box.append(button);
      }
    }
    if ([404, 409, 412].includes(trouble.status)) await load().catch(() => undefined);
    else render({ scroll: false });
    return null;
  }

  function decisionText(decision) {
    const act = words[decision.act === "add" ? "addDone" : decision.act];
    const value = [decision.field, decision.value].filter(Boolean).join(" = ");
    const about = `${short(decision.about)}${value && decision.act !== "add" ? ` (${short(value)})` : ""}`;
    return words.by.replace("{who}", decision.by ?? words.terminal).replace("{act}", act).replace("{about}", about);
  }

  /** A field has another value: of a label that has no English yet, it is the translation. */
  function commit(field, value) {
    const each = item();
    if (!each) return;
    const about = `label: ${each.label.zh}`;
    if (field === "label.en" && items.get(about)?.isLabel) write(current, "translate", { value, about, advance: each.isLabel });
    else write(current, "correct", { field, value });
  }

  /** The English words to begin with: what was put together of known words, without its mark. */
  function suggest(each) {
    const words = each.label.en ?? "";
    return words.startsWith("[untranslated] ") ? "" : words.replace(MARKED, "");
  }

  const DO = {
    A: () => {
      const each = item();
      if (!each) return;
      if (each.isLabel) {
        const words = by("fields").elements["label.en"].value.trim();
        if (words) write(current, "translate", { value: words, advance: true });
        else by("fields").elements["label.en"].focus();
      } else if (each.isOpen) write(current, "accept", { advance: true });
      else next();
    },
    C: () => form.focus(),
    R: () => item() && !item().isLabel && write(current, "reject", { advance: true }),
    X: (event) => {
      const place = pane.chosen();
      if (!item() || item().isLabel) return;
      if (!place) return say(words.nothingSelected);
      const fragments = [...(event?.shiftKey ? item().spans : []), place].sort((one, other) => one[0] - other[0]);
      write(current, "correct", { field: "evidence", value: fragments.map(fragment).join(" ") }).then((isWritten) => isWritten && pane.clear());
    },
    M: () => !by("parent-row").hidden && by("parent").focus(),
    E: () => by("fields").elements["label.en"]?.focus(),
    N: () => (pane.chosen() ? openAdding() : say(words.nothingSelected)),
    U: undo,
    S: () => {
      if (current) skipped.add(current.about);
      next();
    },
    J: () => next(),
    K: () => next({ back: true }),
    "?": () => by("help").showModal(),
    Escape: () => pane.clear(),
  };
  const fragment = ([from, to]) => `#char=${from},${to}`;

  document.addEventListener("keydown", (event) => {
    if (!draft || document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, select, textarea, .masthead")) return;
    if (!by("single").checked && event.key !== "Escape") return;
    // an input method for Chinese keeps the letter to itself, and tells the key
    const name = event.key === "Process" && event.code.startsWith("Key") ? event.code.slice(3) : event.key;
    const act = DO[name.length === 1 ? name.toUpperCase() : name];
    if (!act || event.repeat) return;
    event.preventDefault();
    act(event);
  });
  const BUTTONS = { accept: "A", correct: "C", reject: "R", undo: "U", respan: "X", add: "N", skip: "S", "help-button": "?" };
  for (const [id, key] of Object.entries(BUTTONS)) {
    // a press must not take away what is selected
    by(id).addEventListener("pointerdown", (event) => event.preventDefault());
    by(id).addEventListener("click", (event) => DO[key](event));
  }
  by("walk").addEventListener("change", () => {
    skipped.clear();
    if (!item() || !WALKS[by("walk").value](item())) next();
    else render();
  });
  by("leave").addEventListener("click", () => {
    keepToken("");
    location.reload();
  });
  by("fields").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) DO.A();
    if (event.key === "Escape") by("card").focus();
  });

  // ── the card ────────────────────────────────────────────────────────────────────────────────────

  function render({ scroll = true } = {}) {
    const each = item();
    const list = walked();
    const total = [...items.values()].filter((one) => !one.isLabel).length;
    by("left").textContent = Object.entries({ ...left, total }).reduce((text, [key, value]) => text.replace(`{${key}}`, value.toLocaleString()), words.left);
    by("bar").max = Math.max(1, total);
    by("bar").value = total - left.open;
    by("undo").disabled = !undoable;
    for (const id of ["accept", "correct", "reject", "skip"]) by(id).disabled = !each;
    by("reject").disabled = !each || each.isLabel;
    by("card").classList.toggle("empty", !each);
    by("parent-row").hidden = !each || each.isLabel || !outline.some(([, id]) => id === each.parent);
    if (!each) {
      by("card-head").textContent = words.done;
      for (const id of ["card-kind", "card-place", "card-how"]) by(id).textContent = "";
      for (const id of ["spans", "card-findings"]) by(id).replaceChildren();
      form.clear();
      pane.show([]);
    } else {
      const place = list.indexOf(each.about);
      by("card-kind").textContent = each.isLabel || !each.fields.type ? kindOf(each) : form.valueName("type", each.fields.type);
      by("card-kind").className = `kind-chip k-${each.group}`;
      by("card-place").textContent = place >= 0 ? words.place.replace("{number}", place + 1).replace("{count}", list.length) : words.decided;
      by("card-head").textContent = head(each);
      by("card-how").textContent = how(each);
      form.show(each);
      spans(each);
      by("parent").value = each.parent;
      pane.show(each.spans, { scroll });
      mine();
    }
    if (by("queue-panel").open) queue(list);
    if (by("outline-panel").open) tree();
  }

  function how(each) {
    if (each.isLabel) return words.labelHow;
    if (!each.isOpen) return words.decided;
    const sure = words.sure.replace("{confidence}", each.confidence).replace("{rule}", each.rule || "–");
    const reason = each.reason[document.documentElement.lang.slice(0, 2)];
    return [each.isFlagged && words.flagged, sure, reason].filter(Boolean).join(" · ");
  }

  function spans(each) {
    by("spans").replaceChildren();
    for (const [number, [from, to]] of each.spans.entries()) {
      const isBeyond = draft.length !== null && to > draft.length;
      const printed = isBeyond ? words.beyond : short(pane.words(from, to));
      const chip = made("span", { className: "span-chip" });
      const where = made("span", { className: "soft", textContent: words.characters.replace("{start}", from).replace("{end}", to) });
      const quote = made("q", { textContent: printed, lang: isBeyond ? "" : "zh-Hans", dir: "auto" });
      chip.append(where, ...(printed ? [" ", quote] : []));
      if (each.spans.length > 1 && !each.isLabel) {
        const button = made("button", { type: "button", textContent: "×", title: words.remove });
        button.setAttribute("aria-label", `${words.remove}: ${from}–${to}`);
        button.addEventListener("click", () => write(current, "correct", { field: "evidence", value: each.spans.filter((_, at) => at !== number).map(fragment).join(" ") }));
        chip.append(button);
      }
      by("spans").append(chip, " ");
    }
    if (!each.spans.length) by("spans").append(made("span", { className: "soft", textContent: words.noSpan }));
  }

  // ── parents and the outline ─────────────────────────────────────────────────────────────────────

  const aboutOf = (id) => order.find((about) => items.get(about).id === id && !items.get(about).isLabel && items.get(about).group === "part");

  function parents() {
    for (const id of ["parent", "adding-parent"]) {
      const select = by(id);
      const before = select.value;
      const options = outline.map(([level, name, label]) => made("option", { value: name, textContent: `${"\u2003".repeat(level - 1)}${short(label) || name}`, lang: "zh-Hans" }));
      select.replaceChildren(...options);
      select.value = before;
    }
    if (by("outline-panel").open) tree();
  }
  by("parent").addEventListener("change", () => item() && by("parent").value !== item().parent && move(current, by("parent").value));
  const move = (handle, parent) => write(handle, "correct", { field: "parent", value: parent });

  function tree() {
    const lines = outline.map(([level, id, label]) => {
      const line = made("li", { className: `level-${Math.min(level, 8)}`, draggable: true });
      line.dataset.id = id;
      const about = aboutOf(id);
      const button = made("button", { type: "button", className: "link", textContent: label || id, lang: "zh-Hans", dir: "auto" });
      button.addEventListener("click", () => about && go(about));
      if (id === item()?.id) button.setAttribute("aria-current", "true");
      line.append(button);
      return line;
    });
    by("outline").replaceChildren(...lines);
  }
  let dragged = null;
  by("card-head").draggable = true;
  by("card-head").addEventListener("dragstart", (event) => {
    dragged = current;
    event.dataTransfer.setData("text/plain", by("card-head").textContent);
  });
  by("outline").addEventListener("dragstart", (event) => {
    const about = aboutOf(event.target.closest("li")?.dataset.id);
    dragged = about ? { about } : null;
    event.dataTransfer.setData("text/plain", event.target.textContent);
  });
  // onto the words of a part, or onto its line in the outline
  for (const kind of ["dragover", "drop"]) {
    by("text").addEventListener(kind, (event) => {
      const parts = pane.at(event.target).map((about) => items.get(about)?.id);
      const parent = parts.find((id) => id !== items.get(dragged?.about)?.id && outline.some(([, name]) => name === id));
      if (!dragged || !parent) return;
      event.preventDefault();
      if (kind !== "drop") return;
      move(dragged, parent);
      dragged = null;
    });
  }
  for (const kind of ["dragover", "dragleave", "drop"]) {
    by("outline").addEventListener(kind, (event) => {
      const line = event.target.closest("li");
      if (!line || !dragged) return;
      event.preventDefault();
      line.classList.toggle("over", kind === "dragover");
      if (kind !== "drop") return;
      move(dragged, line.dataset.id);
      dragged = null;
    });
  }

  // ── lists ───────────────────────────────────────────────────────────────────────────────────────

  function queue(list = walked()) {
    const start = Math.max(0, list.indexOf(current?.about) - BEFORE);
    by("queue-count").textContent = list.length;
    by("queue").start = start + 1;
    by("queue").replaceChildren(
      ...list.slice(start, start + LISTED).map((about) => {
        const each = items.get(about);
        const button = made("button", { type: "button", className: "link", textContent: short(head(each)), lang: "zh-Hans", dir: "auto" });
        if (about === current?.about) button.setAttribute("aria-current", "true");
        button.addEventListener("click", () => go(about));
        const line = made("li", { className: `k-${each.group}` });
        line.append(button, " ", made("span", { className: "sort", textContent: `${kindOf(each)}${each.confidence === null ? "" : ` · ${each.confidence}`}` }));
        return line;
      }),
    );
  }
  by("queue-panel").addEventListener("toggle", () => by("queue-panel").open && queue());
  by("outline-panel").addEventListener("toggle", () => by("outline-panel").open && tree());

  /** Asks what is wrong, one check at a time: each takes a core for seconds, and only the last one counts. */
  function check() {
    clearTimeout(timer);
    by("findings-state").textContent = words.checking;
    isOutdated = isChecking;
    if (isChecking) return;
    timer = setTimeout(async () => {
      isChecking = true;
      try {
        const answer = await ask(`${api}/findings`);
        // decided meanwhile: the next check is on its way
        if (answer.tag !== tag) return;
        findings = answer.content.findings;
        by("findings-state").textContent = findings.length ? "" : words.sound;
        by("findings-count").textContent = findings.length || "";
        by("findings").replaceChildren(...findings.map((each) => finding(each, true)));
        mine();
      } catch (trouble) {
        if (!(trouble instanceof Trouble)) throw trouble;
        by("findings-state").textContent = reason(trouble, words);
      } finally {
        isChecking = false;
        if (isOutdated) check();
      }
    }, PAUSE);
  }

  function finding(each, isNamed) {
    const line = made("li", { className: `finding ${each.severity}` });
    line.append(made("span", { className: "sort", textContent: words[each.severity] ?? each.severity }), " ");
    if (isNamed && items.has(each.about)) {
      const button = made("button", { type: "button", className: "link", textContent: short(each.label ?? each.about), dir: "auto" });
      button.addEventListener("click", () => go(each.about));
      line.append(button, ": ");
    } else if (isNamed) line.append(`${short(each.label ?? each.file ?? "")}: `);
    line.append(each.message, " ", made("span", { className: "soft", textContent: each.cure }));
    const file = (each.file ?? "").endsWith(`/records/${draft.slug}.yaml`) ? "" : `${each.file}, `;
    if (isNamed && each.line) line.append(" ", made("span", { className: "soft", textContent: file + words.line.replace("{line}", each.line) }));
    return line;
  }

  /** The findings about the current statement, on its card. */
  function mine() {
    const own = findings.filter((each) => each.about && each.about === current?.about);
    by("card-findings").replaceChildren(...own.map((each) => finding(each, false)));
  }

  // ── adding ──────────────────────────────────────────────────────────────────────────────────────

  const adding = fieldsOf(by("adding-fields"), { names, words, commit: () => undefined, suggest: () => "" });
  let addingPlace = null;

  function openAdding() {
    addingPlace = pane.chosen();
    const text = pane.words(...addingPlace);
    by("adding-words").textContent = text;
    by("adding-error").textContent = "";
    const inside = [...items.values()].filter((each) => each.group === "part" && !each.isLabel && each.spans.some(([from, to]) => from <= addingPlace[0] && to >= addingPlace[1]));
    inside.sort((one, other) => one.spans[0][1] - one.spans[0][0] - (other.spans[0][1] - other.spans[0][0]));
    const before = [...items.values()].filter((each) => each.group === "part" && !each.isLabel && each.spans[0]?.[0] <= addingPlace[0] && outline.some(([, id]) => id === each.id));
    before.sort((one, other) => other.spans[0][0] - one.spans[0][0]);
    const parent = inside.find((each) => outline.some(([, id]) => id === each.id)) ?? before[0];
    by("adding-parent").value = parent?.id ?? outline[0]?.[1] ?? "";
    if (/\d/.test(text)) by("adding-kind").value = "target";
    describeAdding();
    by("adding").showModal();
    by("adding-kind").focus();
  }

  function describeAdding() {
    const kind = draft.kinds[by("adding-kind").value];
    const text = pane.words(...addingPlace).replace(/\s+/g, " ");
    adding.describe(draft.keys, draft.names);
    const label = kind.keys.includes("label") ? { zh: text, en: "" } : {};
    const fields = Object.fromEntries(kind.keys.filter((key) => key !== "label").map((key) => [key, ""]));
    if ("printedValue" in fields) fields.printedValue = text;
    if ("printedRole" in fields) fields.printedRole = text;
    if ("ofArea" in fields) fields.ofArea = [...items.values()].find((each) => each.fields.ofArea)?.fields.ofArea ?? "";
    adding.show({ about: "", section: kind.section, label, fields, lists: {}, isLabel: false });
    by("adding-parent").closest("p").hidden = !kind.isPlaced;
  }
  by("adding-kind").addEventListener("change", describeAdding);
  by("adding-close").addEventListener("click", () => by("adding").close());
  by("adding-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = by("adding-kind").value;
    const kind = draft.kinds[name];
    const { label, ...fields } = adding.values();
    const thing = { ...(kind.type ? { type: kind.type } : {}), ...(label ? { label } : {}), ...fields, evidence: [fragment(addingPlace)] };
    const saying = fields.printedValue || label?.zh || fields.agent || "";
    const about = `${kind.section}@${addingPlace.join("-")}: ${saying}`;
    const handle = current ?? { about: "" };
    by("trouble").hidden = true;
    const isWritten = await write(handle, "add", { about, field: kind.isPlaced ? by("adding-parent").value : "", value: JSON.stringify(thing) });
    if (isWritten) {
      by("adding").close();
      pane.clear();
    } else by("adding-error").textContent = by("trouble").textContent;
  });

  by("adding").addEventListener("close", () => by("card").focus({ preventScroll: true }));
  by("help").addEventListener("close", () => by("card").focus({ preventScroll: true }));
  selected(null, "");
  gate(load, words);
}
