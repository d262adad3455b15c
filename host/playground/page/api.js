// Requests to the playground. The browser adds the cookie that the first address brought.

/** A sentence of the playground about why something does not work. */
export class Refused extends Error {}

/** Reads something: a person's view, or what the drawer shows. */
export async function get(name, query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(pairs).toString();
  return answer(await fetch(`/playground/${name}${text ? `?${text}` : ""}`));
}

async function post(name, body) {
  return answer(
    await fetch(`/playground/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** Does something as a person, and waits for what their client shows first. */
export function act(persona, channel, deed) {
  return post("act", { persona, channel, act: deed });
}

/** Moves a lever of the operator. */
export function operate(op, more = {}) {
  return post("operate", { op, ...more });
}

async function answer(response) {
  const text = await response.text();
  if (response.status === 401) throw new Refused("This page belongs to an earlier start. Open the new address.");
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Refused(text.trim() || `The playground answered ${response.status}.`);
  }
  if (!response.ok) throw new Refused(sentence(json.error) || `The playground answered ${response.status}.`);
  return json;
}

function sentence(text) {
  if (!text) return "";
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
