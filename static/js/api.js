// @ts-check
/**
 * Requests to the REST interface with the page's session. An answer is a status and a body; 0 means that there was none.
 *
 * @typedef {{method: string, path: string, body?: any, ifMatch?: number | null, ifNoneMatch?: boolean, operation?: string, asAnyone?: boolean}} Request `asAnyone`: whoever has the session
 * @typedef {{status: number, body: any, retryAfter?: number}} Answer seconds in `retryAfter`
 */

/** A random UUID (version 4); `crypto.randomUUID` is missing on plain http. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Api {
  /** @param {string} base "/api/v1/" @param {() => string} csrfToken @param {string} username whose page this is */
  constructor(base, csrfToken, username) {
    this.base = base;
    this.csrfToken = csrfToken;
    this.username = username;
  }

  /** @param {Request} request @param {AbortSignal} [signal] @returns {Promise<Answer>} */
  async send({ method, path, body, ifMatch, ifNoneMatch, operation, asAnyone }, signal) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (!asAnyone) headers["X-Signed-In-As"] = encodeURIComponent(this.username);
    if (method !== "GET") headers["X-CSRFToken"] = this.csrfToken();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (ifMatch != null) headers["If-Match"] = `"${ifMatch}"`;
    if (ifNoneMatch) headers["If-None-Match"] = "*";
    if (operation) headers["Idempotency-Key"] = operation;
    try {
      const response = await fetch(this.base + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        redirect: "error",
        signal,
      });
      const text = await response.text();
      const retryAfter = Number(response.headers.get("Retry-After")) || undefined;
      return { status: response.status, body: parsed(text), retryAfter };
    } catch {
      return { status: 0, body: null };
    }
  }
}

/** @param {string} text @returns {any} null for what is not JSON, as a proxy's error page */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
