// The description of the interface in, Swagger UI over it out. Nothing is sent anywhere but to this service.
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import { isDark, onTheme } from "./theme.js";

/** Swagger UI has dark colours of its own, below this class. */
function follow() {
  document.documentElement.classList.toggle("dark-mode", isDark());
}

/** The addresses and the schemas alone: the page around them has a main part and a heading already. */
function addressesAlone({ React }) {
  function Addresses({ getComponent }) {
    const parts = ["operations", "Models"].map((name) => React.createElement(getComponent(name, true), { key: name }));
    return React.createElement("div", { className: "swagger-ui" }, parts);
  }
  return { components: { Addresses } };
}

/** What keeps some readers out of Swagger UI's own markup: selects without a name, boxes that scroll. */
function mend(place) {
  for (const select of place.querySelectorAll("select:not([aria-label])")) {
    select.setAttribute("aria-label", place.dataset.choice);
  }
  for (const box of place.querySelectorAll(".microlight:not([tabindex])")) box.tabIndex = 0;
}

/** Opens the description that `place` names, in it. */
export function open(place) {
  follow();
  onTheme(follow);
  new MutationObserver(() => mend(place)).observe(place, { childList: true, subtree: true });
  SwaggerUI({
    domNode: place,
    url: place.dataset.description,
    validatorUrl: null,
    deepLinking: false,
    defaultModelsExpandDepth: 0,
    plugins: [addressesAlone],
    layout: "Addresses",
  });
}
