import { colour } from "./theme.js";

const NAMES = ["ground", "sheet", "ink", "ink-soft", "line", "line-strong", "sunk", "link", "accent", "good"];

/** The colours that pictures are drawn with, in the theme that is shown now. */
export function palette() {
  const byName = Object.fromEntries(NAMES.map((name) => [name, colour(`--${name}`)]));
  return { ...byName, isDark: isDark() };
}

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}
