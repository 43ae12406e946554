/**
 * The editor in place of the text area. It lives in a shadow root, where CodeMirror puts its rules into
 * `adoptedStyleSheets`: the pages' policy allows no `<style>`.
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

import { source } from "./complete.js";

const look = EditorView.theme({
  "&": { backgroundColor: "var(--sheet)", color: "var(--ink)", fontSize: "0.9rem" },
  "&.cm-focused": { outline: "2px solid var(--link)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", maxHeight: "32rem", minHeight: "14rem" },
  ".cm-content": { caretColor: "var(--ink)", paddingBlock: "0.6rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--ink-soft)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--sunk) 55%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--link) 25%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--mark)", color: "inherit" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", color: "var(--bad)" },
  ".cm-tooltip": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--line-strong)", borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--sans)", maxHeight: "18rem", maxWidth: "min(44rem, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.6rem", display: "flex", gap: "0.7rem", alignItems: "baseline" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--sunk)", color: "var(--ink)", boxShadow: "inset 3px 0 var(--link)" },
  ".cm-completionLabel": { fontFamily: "var(--mono)", fontSize: "0.86rem" },
  ".cm-completionTold": { overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--ink-soft)", fontSize: "0.82rem", marginInlineStart: "auto" },
  // lint's own underline is a picture with a data: address, which the policy refuses
  ".cm-lintRange, .cm-lintRange-error": { backgroundImage: "none", paddingBottom: "0", textDecoration: "underline wavy var(--bad)", textDecorationSkipInk: "none" },
  ".cm-lintPoint::after": { borderBottomColor: "var(--bad)" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", padding: "0.5rem 0.8rem", maxWidth: "36rem", borderLeft: "4px solid var(--bad)" },
  ".cm-diagnosticAction": { font: "inherit", fontSize: "0.9rem", backgroundColor: "var(--link)", color: "var(--sheet)", borderRadius: "4px", padding: "0.15rem 0.6rem", marginInlineStart: "0.6rem" },
});
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--kind-plan)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--kind-area)" },
  { tag: [tags.string, tags.integer, tags.float, tags.bool], color: "var(--kind-target)" },
  { tag: [tags.namespace, tags.url, tags.typeName], color: "var(--kind-task)" },
  { tag: tags.comment, color: "var(--ink-soft)" },
]);

/** Labels stand between the name of an option and its detail. */
const labels = {
  position: 60,
  render({ summary }) {
    if (!summary) return null;
    const element = document.createElement("span");
    element.className = "cm-completionTold";
    element.textContent = summary;
    return element;
  },
};

/** An editor over a text area, which keeps its text for the form. `run` is called by Ctrl-Enter. */
export function editor(area, data, run) {
  const host = document.createElement("div");
  host.className = "shell";
  const root = host.attachShadow({ mode: "open" });
  area.after(host);
  const complete = source(data);
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        autocompletion({ override: [complete], addToOptions: [labels], icons: false, maxRenderedOptions: 60 }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        sparql(),
        syntaxHighlighting(colours),
        look,
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": data.words.editor, "aria-description": document.getElementById("keys").textContent }),
        EditorView.updateListener.of(({ docChanged, state }) => docChanged && (area.value = state.doc.toString())),
      ],
    }),
  });
  area.hidden = true;
  document.querySelector(`label[for="${area.id}"]`).addEventListener("click", () => view.focus());
  view.contentDOM.addEventListener("focus", complete.load, { once: true });

  return {
    view,
    text: () => view.state.doc.toString(),
    write(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      view.dispatch(setDiagnostics(view.state, []));
    },
    /** Underlines the place of a problem document, and offers what was probably meant. */
    tell(problem) {
      const marks = problem ? diagnostics(view, problem, data.words) : [];
      view.dispatch(setDiagnostics(view.state, marks));
      if (marks.length) view.dispatch({ selection: { anchor: marks[0].from }, scrollIntoView: true });
    },
    /** Writes what was meant in place of what stands there. */
    mend: (problem) => mend(view, problem),
  };
}

/** Where a problem is: from and to as CodeMirror counts, in UTF-16 units; columns are code points. */
function span(view, { line, column, found: mistake }) {
  const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  const from = Math.min(at.from + [...at.text].slice(0, column - 1).join("").length, at.to);
  const stands = mistake && view.state.sliceDoc(from, from + mistake.length) === mistake;
  // a character without a shape is told by its number: it is one all the same
  const length = stands ? mistake.length : (String.fromCodePoint(at.text.codePointAt(from - at.from) ?? 32).length);
  return { from, to: Math.min(from + length, at.to) };
}

/** What is missing is put in before what stands there; all else is put in its place. */
const MISSING = { unclosed: (nearest) => nearest, dot: (nearest) => `${nearest} ` };

/** Whether one click can mend a problem: something was meant. */
export const isMendable = ({ nearest, line }) => Boolean(nearest && line);

function mend(view, problem) {
  const { from, to } = span(view, problem);
  const missing = MISSING[problem.reason];
  view.dispatch({ changes: { from, to: missing ? from : to, insert: missing ? missing(problem.nearest) : problem.nearest } });
  view.dispatch(setDiagnostics(view.state, []));
  view.focus();
}

function diagnostics(view, problem, words) {
  if (!problem.line) return [];
  const { from, to } = span(view, problem);
  const { length } = view.state.doc;
  const wide = to > from ? { from, to } : { from: Math.min(from, Math.max(0, length - 1)), to: Math.min(from + 1, length) };
  const actions = isMendable(problem) ? [{ name: words.fix.replace("{word}", problem.nearest), apply: () => mend(view, problem) }] : [];
  return [{ ...wide, severity: "error", message: problem.detail, actions }];
}
