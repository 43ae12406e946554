// The fields of a statement in, a form of them out: words of a scheme as a choice, things by search, the rest as text.

/** Words of ODRL that records use for bounds, as they are written. */
const COMPARATORS = { eq: "=", gteq: "≥", lteq: "≤", gt: ">", lt: "<", approximately: "≈" };
/** Keys whose values name things. */
const THINGS = /^(of(Area|Indicator)|agent|inUnit|issuedBy|publisher|coversArea|comparesWith(Area|Indicator)|implements|succeeds|concerns|originatedIn)$/;
const ALWAYS = { targets: ["ofIndicator", "value", "inUnit", "comparator", "valueKind", "deadline", "hedge"], observations: ["ofIndicator", "value", "inUnit", "comparator", "valueKind", "year"], responsibilities: ["agent", "role"] };
/** Milliseconds of quiet before names are looked up. */
const QUIET = 200;

let forms = 0;

export function fieldsOf(root, { names, words, commit, suggest }) {
  const number = ++forms;
  let keys = {};
  let labels = {};
  let item = null;
  let shape = "";
  const controls = () => [...root.querySelectorAll("[name]")];

  function nameOf(key) {
    if (key === "label.zh") return words.chinese;
    if (key === "label.en") return words.english;
    return keys[key]?.label ?? key;
  }

  function keysOf(each) {
    const own = [];
    if (each.isLabel) return ["label.en"];
    if ("zh" in each.label || "en" in each.label) own.push("label.zh", "label.en");
    const more = each.about ? (ALWAYS[each.section] ?? []) : [];
    return [...new Set([...own, ...Object.keys(each.fields), ...more])].filter((key) => key.startsWith("label.") || key in keys);
  }

  function valueOf(each, key) {
    if (key === "label.en") return suggest(each);
    return key === "label.zh" ? (each.label.zh ?? "") : (each.fields[key] ?? "");
  }

  function control(key) {
    const values = key === "comparator" ? Object.entries(COMPARATORS) : (keys[key]?.values ?? []);
    let field;
    if (values.length) {
      field = document.createElement("select");
      field.append(new Option("–", ""), ...values.map(([value, name]) => new Option(name, value)));
    } else {
      field = document.createElement(key.startsWith("label.") ? "textarea" : "input");
      if (key.startsWith("label.")) field.rows = 2;
      field.lang = key === "label.zh" || key.startsWith("printed") ? "zh-Hans" : key === "label.en" ? "en" : "";
      field.dir = "auto";
      field.spellcheck = key === "label.en";
    }
    field.name = key;
    field.id = `field-${number}-${key}`;
    if (THINGS.test(key)) complete(field, key);
    return field;
  }

  /** Suggests things for a field while one types. */
  function complete(field, key) {
    const list = document.createElement("datalist");
    list.id = `${field.id}-names`;
    field.setAttribute("list", list.id);
    field.after(list);
    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const { ask } = await import("./api.js");
        const url = new URL(names, location.href);
        url.searchParams.set("key", key);
        url.searchParams.set("q", field.value);
        const { content } = await ask(url).catch(() => ({ content: { names: [] } }));
        list.replaceChildren(...content.names.map(([id, label]) => new Option(label, id)));
        for (const [id, label] of content.names) labels[id] = label;
        named(field);
      }, QUIET);
    });
    root.append(list);
  }

  /** Says what an id means, below its field. */
  function named(field) {
    const note = root.querySelector(`[data-of="${CSS.escape(field.id)}"]`);
    if (note) note.textContent = labels[field.value] ?? "";
  }

  function build(wanted) {
    root.replaceChildren();
    for (const key of wanted) {
      const row = document.createElement("p");
      row.className = key.startsWith("label.") ? "field broad" : "field";
      const label = document.createElement("label");
      const field = control(key);
      label.htmlFor = field.id;
      label.textContent = nameOf(key);
      row.append(label, field);
      if (THINGS.test(key)) {
        const note = document.createElement("span");
        note.className = "soft";
        note.lang = "zh-Hans";
        note.dataset.of = field.id;
        row.append(note);
      }
      root.append(row);
    }
    const lists = document.createElement("div");
    lists.className = "lists-of";
    root.append(lists);
  }

  function show(each) {
    const wanted = keysOf(each);
    const isSame = shape === wanted.join() && item && (item.about === each.about || root.contains(document.activeElement));
    if (shape !== wanted.join()) build(wanted);
    shape = wanted.join();
    item = each;
    for (const field of controls()) {
      const value = valueOf(each, field.name);
      // what is being typed stays
      if (isSame && field === document.activeElement && field.value !== field.dataset.was) {
        field.dataset.was = value;
        continue;
      }
      if (field.tagName === "SELECT" && value && ![...field.options].some((option) => option.value === value)) field.append(new Option(value, value));
      field.value = value;
      field.dataset.was = value;
      named(field);
    }
    root.querySelector(".lists-of")?.replaceChildren(
      ...Object.entries(each.lists).map(([key, values]) => {
        const line = document.createElement("p");
        line.className = "soft";
        line.textContent = `${keys[key]?.label ?? key}: ${values.map((value) => labels[value] ?? value).join(", ")}`;
        return line;
      }),
    );
  }

  function written(field, isForced = false) {
    const value = field.value.trim().replace(/\s+/g, " ");
    const isSuggestion = isForced && field.name === "label.en" && /^\[/.test(item?.label.en ?? "");
    if (!item || !value || (value === field.dataset.was && !isSuggestion)) {
      if (!value && field.dataset.was) field.value = field.dataset.was;
      return;
    }
    field.dataset.was = value;
    commit(field.name, value);
  }
  root.addEventListener("change", (event) => event.target.name && written(event.target));
  root.addEventListener("keydown", (event) => {
    const field = event.target.closest("[name]");
    if (!field || event.isComposing) return;
    if (event.key === "Escape") {
      field.value = field.dataset.was ?? "";
      named(field);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey && root.tagName === "FORM") {
      event.preventDefault();
      written(field, true);
    }
  });
  if (root.tagName === "FORM") root.addEventListener("submit", (event) => event.preventDefault());

  return {
    show,
    describe: (described, current) => {
      keys = described;
      labels = { ...current };
      shape = "";
    },
    clear: () => {
      root.replaceChildren();
      shape = "";
      item = null;
    },
    focus: () => controls().find((field) => !field.name.startsWith("label.zh") || controls().length === 1)?.focus(),
    valueName: (key, value) => keys[key]?.values.find(([name]) => name === value)?.[1] ?? value,
    /** What was filled in: labels as one, empty fields left out. */
    values: () => {
      const result = {};
      for (const field of controls()) {
        const value = field.value.trim();
        if (!value) continue;
        if (field.name.startsWith("label.")) (result.label ??= {})[field.name.slice(6)] = value;
        else result[field.name] = value;
      }
      return result;
    },
  };
}
