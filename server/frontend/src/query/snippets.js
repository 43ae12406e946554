/** The query as a program sends it: for a shell, for Python with requests, for R with httr2. Each runs as it is shown. */

const isGraph = (text) => /^\s*(?:(?:#[^\n]*|PREFIX\b[^\n]*|BASE\b[^\n]*)\n\s*)*(?:CONSTRUCT|DESCRIBE)\b/i.test(text);

/** Single quotes hold everything but themselves. */
const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function python(text) {
  const safe = text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"');
  return `"""\n${safe.endsWith('"') ? `${safe.slice(0, -1)}\\"` : safe}\n"""`;
}

function r(text) {
  let dashes = "";
  while (text.includes(`)${dashes}"`)) dashes += "-";
  return `r"${dashes}(\n${text}\n)${dashes}"`;
}

/** Language -> the program that asks a query of an endpoint. */
export const SNIPPETS = {
  curl: (text, endpoint) =>
    `curl -sS ${shell(endpoint)} \\\n  -H 'Accept: ${isGraph(text) ? "text/turtle" : "text/csv"}' \\\n  --data-urlencode ${shell(`query=${text}`)}\n`,
  Python: (text, endpoint) => `import requests

query = ${python(text)}
answer = requests.post(
    ${JSON.stringify(endpoint)},
    data={"query": query},
    headers={"Accept": ${isGraph(text) ? '"text/turtle"' : '"application/sparql-results+json"'}},
    timeout=60,
)
answer.raise_for_status()
${
  isGraph(text)
    ? "print(answer.text)"
    : `result = answer.json()
for row in result.get("results", {}).get("bindings", [result.get("boolean")]):
    print({name: term["value"] for name, term in row.items()} if isinstance(row, dict) else row)`
}
`,
  R: (text, endpoint) => `library(httr2)

query <- ${r(text)}
answer <- request(${JSON.stringify(endpoint)}) |>
  req_body_form(query = query) |>
  req_headers(Accept = "${isGraph(text) ? "text/turtle" : "text/csv"}") |>
  req_perform()
${isGraph(text) ? "cat(resp_body_string(answer))" : "rows <- read.csv(text = resp_body_string(answer))\nprint(rows)"}
`,
};

/** The three of them, each with a button that copies it. */
export function snippets(text, endpoint, words) {
  return Object.entries(SNIPPETS).map(([language, write]) => {
    const box = Object.assign(document.createElement("section"), { className: "snippet" });
    const code = Object.assign(document.createElement("pre"), { textContent: write(text, endpoint), tabIndex: 0 });
    const copy = Object.assign(document.createElement("button"), { type: "button", textContent: words.copy });
    code.dataset.language = language;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      copy.textContent = words.copyDone;
    });
    const head = document.createElement("h3");
    head.append(language, " ", copy);
    box.append(head, code);
    return box;
  });
}
