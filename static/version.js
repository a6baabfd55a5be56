/** The client's version, compared with the server's `minimum` (Rules ¶38). The same as in pyproject.toml; a test holds it. */
export const VERSION = "0.1.0";

/**
 * Whether version `a` is older than `b`; both are dotted numbers.
 * @param {string} a
 * @param {string} b
 */
export function isOlder(a, b) {
  const [left, right] = [a, b].map((version) => version.split(".").map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
