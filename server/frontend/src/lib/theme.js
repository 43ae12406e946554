/** The themes' colours as the browser resolves them, for what draws without style sheets; and when they change. */

/** The value of a custom property such as "--ink" as `rgb(…)`, in the theme that is shown now. */
export function colour(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

/** Whether the theme that is shown now is the dark one. */
export function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

/** Calls back whenever the theme changes: by the reader's choice or the system's. */
export function onTheme(callback) {
  new MutationObserver(callback).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback);
}

/** Makes the links of the theme switch work without leaving the page, so that nothing typed on it is lost. */
export function switchInPlace() {
  const links = document.querySelectorAll("[data-theme-choice]");
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const { themeChoice: chosen } = link.dataset;
      document.documentElement.dataset.theme = chosen;
      const root = new URL(document.querySelector(".brand").href).pathname;
      document.cookie = `theme=${chosen}; max-age=31536000; samesite=lax; path=${root}`;
      for (const other of links) {
        other.toggleAttribute("aria-current", false);
      }
      link.setAttribute("aria-current", "true");
    });
  }
}
