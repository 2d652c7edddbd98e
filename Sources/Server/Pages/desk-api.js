// SPDX-License-Identifier: Apache-2.0
import { freshID } from "./dom.js";

/** What the server, or the network, said instead of an answer. `status` is 0 if there was none. */
export class ApiProblem extends Error {
  constructor(status, code, detail, { errors, facts } = {}) {
    super(detail || code || `HTTP ${status}`);
    this.status = status;
    this.code = code;
    this.errors = errors ?? [];
    this.facts = facts ?? {};
  }
}

/** The `/v1` API under one token. All calls throw `ApiProblem`. */
export class Api {
  constructor(token) {
    this.token = token;
  }

  async call(method, path, { query, body, key, headers } = {}) {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) if (value !== null && value !== undefined) words.set(name, value);
    let answer;
    try {
      answer = await fetch(`/v1/${path}${words.size ? `?${words}` : ""}`, {
        method, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
        headers: {
          Authorization: `Bearer ${this.token}`,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(method === "GET" ? {} : { "Idempotency-Key": key ?? freshID() }),
          ...headers,
        },
      });
    } catch {
      throw new ApiProblem(0, "network");
    }
    const result = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new ApiProblem(answer.status, result.code, result.detail ?? result.title, result);
    return result;
  }

  get(path, query) {
    return this.call("GET", path, { query });
  }

  post(path, body, key) {
    return this.call("POST", path, { body, key });
  }

  patch(path, body) {
    return this.call("PATCH", path, { body });
  }

  /** The items of a list, page after page, up to about `most`. */
  async list(path, query = {}, most = 500) {
    const items = [];
    let cursor = null;
    do {
      const page = await this.get(path, { limit: 100, ...query, ...(cursor ? { after: cursor } : {}) });
      items.push(...(page.items ?? []));
      cursor = page.next_cursor ?? null;
      if (!page.items?.length) break;
    } while (cursor && items.length < most);
    return items;
  }
}
