// The modules and style sheets of src/ in, a folder of bundles out, and `built.json`, which says what each page loads.
//
//     node build.mjs <folder>
//
// Each file of src/pages/ is an entry: `things.js` is what a page asks for as "things". What several entries import goes
// into chunks that they share. Names carry a hash of the content, so that a browser may keep a file for good.

import { createHash } from "node:crypto";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, "..", "static", "vendor"));
const pages = path.join(here, "src", "pages");

/** Pictures that a style sheet holds as `data:` become files: the pages' policy allows none but our own addresses. */
const dataAddresses = {
  name: "data-addresses",
  setup(build) {
    // the path is what a file is named after: a digest as its folder, and a name with the ending of its media type
    build.onResolve({ filter: /^data:image\// }, ({ path: address }) => {
      const digest = createHash("sha256").update(address).digest("hex");
      const [, kind] = address.match(/^data:image\/(\w+)/);
      return { path: `${digest}/image.${kind}`, namespace: "data-address", pluginData: address };
    });
    build.onLoad({ filter: /.*/, namespace: "data-address" }, ({ pluginData: address }) => {
      const [head, body] = address.split(/,(.*)/s);
      const contents = head.endsWith(";base64") ? Buffer.from(body, "base64") : decodeURIComponent(body);
      return { contents, loader: "file" };
    });
  },
};

const entries = (await readdir(pages)).filter((name) => /\.(js|css)$/.test(name)).sort();
await rm(out, { recursive: true, force: true });
const { metafile } = await esbuild.build({
  absWorkingDir: here,
  entryPoints: entries.map((name) => path.join(pages, name)),
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  minify: true,
  legalComments: "eof",
  loader: { ".svg": "file", ".png": "file", ".woff2": "file" },
  plugins: [dataAddresses],
  metafile: true,
  logLevel: "warning",
});

// for a site of files: plain scripts, as a disk gives a browser no modules; what queries its graph, and the engine packed
const alone = ["alignment", "list", "reading_room", "trajectory"];
const site = await esbuild.build({
  absWorkingDir: here,
  entryPoints: [...["query", "search"].map((name) => path.join(here, "src", "site", `${name}.js`)), ...alone.map((name) => path.join(pages, `${name}.js`))],
  outdir: out,
  entryNames: "files_[name]-[hash]",
  external: ["*.css"],
  bundle: true,
  format: "iife",
  define: { "import.meta.url": "document.baseURI" },
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  minify: true,
  legalComments: "eof",
  metafile: true,
  logLevel: "warning",
});
const engine = await readFile(path.join(here, "node_modules", "oxigraph", "web_bg.wasm"));
const engineName = `oxigraph-${createHash("sha256").update(engine).digest("hex").slice(0, 8).toUpperCase()}.wasm.gz`;
await writeFile(path.join(out, engineName), gzipSync(engine, { level: 9 }));

/** The chunks that a bundle imports before it runs, so that a page can ask for them all at once. */
function chunksOf(file, found = new Set()) {
  for (const { path: next, kind } of metafile.outputs[file].imports) {
    if (kind === "import-statement" && !found.has(next)) {
      found.add(next);
      chunksOf(next, found);
    }
  }
  return found;
}

// what is sent compressed is compressed once, as well as it can be
for (const name of await readdir(out)) {
  if (/\.(css|js|svg)$/.test(name)) await writeFile(path.join(out, `${name}.gz`), gzipSync(await readFile(path.join(out, name)), { level: 9 }));
}

const built = {};
for (const [file, { entryPoint, cssBundle }] of Object.entries(metafile.outputs)) {
  if (!entryPoint?.startsWith("src/pages/")) continue;
  const { name, ext } = path.parse(entryPoint);
  const entry = (built[name] ??= { scripts: [], chunks: [], styles: [] });
  (ext === ".js" ? entry.scripts : entry.styles).push(path.basename(file));
  if (cssBundle) entry.styles.push(path.basename(cssBundle));
  if (ext === ".js") entry.chunks.push(...[...chunksOf(file)].map((chunk) => path.basename(chunk)).sort());
}
const files = { engine: engineName, plain: {} };
for (const [file, { entryPoint }] of Object.entries(site.metafile.outputs)) {
  const { name } = path.parse(entryPoint ?? "");
  if (entryPoint?.startsWith("src/site/")) files[name] = path.basename(file);
  else if (name) files.plain[built[name].scripts[0]] = path.basename(file);
}
await writeFile(path.join(out, "built.json"), JSON.stringify({ entries: built, files, inputs: process.argv[3] ?? "" }, null, 1) + "\n");
