// A curator's token and an address in, the answer of /api/review out; what goes wrong is an Error with its problem.

const KEY = "policygraph-token";

/** The token of this tab; empty where none was given. */
export const token = () => sessionStorage.getItem(KEY) ?? "";
export const keepToken = (value) => (value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY));

export class Trouble extends Error {
  constructor(status, problem, wait = 0) {
    super(problem?.detail ?? String(status));
    this.status = status;
    this.problem = problem ?? {};
    /** Seconds until the same may be asked again. */
    this.wait = wait;
  }
}

/** How often a request that came too soon is sent again, and after how many seconds at the latest. */
const AGAIN = 3;
const LATEST = 5;
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/**
 * The JSON of an address, and its tag. Raises Trouble: status 0 where the service cannot be reached. Where the address
 * of this machine has asked too much (429), nothing was done yet: it is sent again when the service says.
 */
export async function ask(url, options = {}) {
  for (let time = 1; ; time += 1) {
    try {
      return await askOnce(url, options);
    } catch (trouble) {
      if (trouble.status !== 429 || time > AGAIN || trouble.wait > LATEST) throw trouble;
      await pause(trouble.wait);
    }
  }
}

async function askOnce(url, { body, tag, method = body === undefined ? "GET" : "POST" } = {}) {
  // no cookie is sent, which the page has its language from
  const headers = { Authorization: `Bearer ${token()}`, Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (tag) headers["If-Match"] = `"${tag}"`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", credentials: "omit" });
  } catch {
    throw new Trouble(0);
  }
  let content = null;
  try {
    content = await answer.json();
  } catch {
    // a proxy that answers in its own words: the status says it
  }
  if (!answer.ok) throw new Trouble(answer.status, content, Number(answer.headers.get("Retry-After")) || 1);
  return { content, tag: (answer.headers.get("ETag") ?? "").replaceAll('"', "") };
}

/** Shows the way in until a token opens what `begin` asks for. */
export function gate(begin, words) {
  const form = document.getElementById("gate");
  const field = form.querySelector("input");
  const error = document.getElementById("gate-error");

  async function attempt(isFirst) {
    error.textContent = "";
    try {
      await begin();
      form.hidden = true;
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      form.hidden = false;
      if (trouble.status === 401) keepToken("");
      if (!isFirst || trouble.status !== 401) error.textContent = trouble.status === 401 ? words.unknown : reason(trouble, words);
      field.focus();
    }
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // a header takes Latin letters alone, and a token has no others
    const given = field.value.trim();
    if (!/^[\x21-\x7e]+$/.test(given)) {
      error.textContent = words.unknown;
      return;
    }
    keepToken(given);
    field.value = "";
    attempt(false);
  });
  if (token()) attempt(true);
  else {
    form.hidden = false;
    field.focus({ preventScroll: true });
  }
}

/** What to tell of a trouble. */
export const reason = (trouble, words) => (trouble.status ? words.failed.replace("{reason}", trouble.message) : words.unreached);
