/** An answer of the server that is an error, or the want of an answer (`network`). Its text is `problem.<code>`. */
export class Problem extends Error {
  /** @param {import("./types.js").ProblemBody} body */
  constructor({ code, params = {}, status = 0 }) {
    super(code);
    this.name = "Problem";
    this.code = code;
    this.params = params;
    this.status = status;
  }
}

/**
 * Whatever was thrown, as a problem with a text; our own mistakes become `client-error`.
 * @param {unknown} error
 */
export function asProblem(error) {
  return error instanceof Problem ? error : new Problem({ code: "client-error" });
}
