/** A query sent to the endpoint, and given up: leaving the connection is what frees the server. */

/** What went wrong, as the service says it in its problem document. */
export class Problem extends Error {
  constructor(details) {
    super(details.detail);
    this.details = details;
  }
}

const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, application/problem+json;q=0.8";

/** The response to a query; `more` are other parameters. Raises Problem, and AbortError where it was given up. */
export async function send(data, text, signal, { accept = ACCEPT, ...more } = {}) {
  const answer = await fetch(data.endpoint, {
    method: "POST",
    signal,
    headers: { Accept: accept, "Accept-Language": data.language },
    body: new URLSearchParams({ query: text, ...more }),
  });
  if (answer.ok) return answer;
  const isTold = answer.headers.get("Content-Type")?.includes("problem+json");
  throw new Problem(isTold ? await answer.json() : { title: String(answer.status), detail: answer.statusText });
}

/** A file of an answer; CSV begins with the mark that tells spreadsheets that it is UTF-8. */
export async function download(data, text, format, mediaType) {
  const answer = await send(data, text, undefined, { accept: "*/*", format });
  const content = await answer.arrayBuffer();
  return new Blob(format === "csv" ? ["\uFEFF", content] : [content], { type: mediaType });
}
