/** Making and updating elements, and nothing more. */

/** @typedef {Node|string|null|undefined|false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props] `onclick` and the like are listeners, `true` an empty attribute, `false` none
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else attribute(element, name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * An element of a drawing (SVG 2).
 * @param {string} tag @param {Record<string, string>} props @param {...Element} children
 */
export function svg(tag, props, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** @param {Element} element @param {string} name @param {unknown} value */
export function attribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== (value === true ? "" : String(value))) {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Only where it differs, so that a screen reader hears a live region once.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element @param {boolean} shown */
export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/** @param {HTMLMediaElement} element @param {MediaStream|null|undefined} stream */
export function setStream(element, stream) {
  if (element.srcObject !== (stream ?? null)) element.srcObject = stream ?? null;
}

/**
 * @template T
 * @typedef {{node: HTMLElement, update: (item: T) => void, close?: () => void}} Part
 */

/**
 * Keeps one part per item in `parent`, in the items' order; a part lives as long as its key does.
 * @template T
 * @param {HTMLElement} parent
 * @param {(item: T) => string} key
 * @param {(item: T) => Part<T>} make
 */
export function list(parent, key, make) {
  /** @type {Map<string, Part<T>>} */
  const parts = new Map();
  const remove = (/** @type {string} */ name) => {
    parts.get(name)?.close?.();
    parts.get(name)?.node.remove();
    parts.delete(name);
  };
  /** @param {T[]} items */
  const update = (items) => {
    const keys = new Set(items.map(key));
    [...parts.keys()].filter((name) => !keys.has(name)).forEach(remove);
    items.forEach((item, index) => {
      const part = parts.get(key(item)) ?? make(item);
      parts.set(key(item), part);
      // Moving a playing <video> pauses it: put in place only what is not there yet.
      if (parent.children[index] !== part.node) parent.insertBefore(part.node, parent.children[index] ?? null);
      part.update(item);
    });
  };
  return { update, close: () => [...parts.keys()].forEach(remove) };
}
