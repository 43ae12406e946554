// Flowcharts in, what Mermaid's own parser makes of them out: for each file the numbers of its boxes and lines.
// Run where mermaid and jsdom are installed: node --input-type=module - FILE... < parse.mjs
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const mermaid = (await import("mermaid")).default;
mermaid.initialize({ maxEdges: 5000, maxTextSize: 10_000_000 });

const found = [];
for (const path of process.argv.slice(2)) {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(readFileSync(path, "utf8"));
  found.push([db.getVertices().size, db.getEdges().length]);
}
console.log(JSON.stringify(found));
