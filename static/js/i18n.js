// @ts-check
/**
 * The interface's words. Texts are marked with `gettext` and `ngettext`, as `manage.py makemessages -d djangojs` finds them; the page
 * carries the translations of its language as JSON.
 */

/** @type {Record<string, string | string[]>} */
const catalogue = JSON.parse(document.getElementById("catalogue")?.textContent || "{}");

/** @param {string} text */
export function gettext(text) {
  const translated = catalogue[text];
  return typeof translated === "string" ? translated : text;
}

/** The form for a number, with the number in place of `%(count)s`. @param {string} one @param {string} many @param {number} count */
export function ngettext(one, many, count) {
  const forms = catalogue[one];
  const text = Array.isArray(forms) ? forms[count === 1 ? 0 : forms.length - 1] : count === 1 ? one : many;
  return fill(text, { count });
}

/** `%(name)s` replaced by what `values` has under that name. @param {string} text @param {Record<string, string | number>} values */
export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => String(values[name] ?? whole));
}
