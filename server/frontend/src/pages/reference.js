// The list of addresses becomes forms to try them out, by Swagger UI: twice what all other pages load together, so that it
// is loaded where somebody wants it.
import "swagger-ui-dist/swagger-ui.css";
import "../css/swagger.css";

const button = document.getElementById("try");
const place = document.getElementById("swagger");

button.hidden = false;
button.addEventListener("click", async () => {
  button.disabled = true;
  const { open } = await import("../lib/swagger.js");
  document.getElementById("addresses").hidden = true;
  button.hidden = true;
  open(place);
});
