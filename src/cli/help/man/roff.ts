/** Text for roff, the language of manual pages: escaped, so that it shows as it is. */

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** Plain text, of which each line stands on a line of its own. */
export function roffText(text: string): string {
  return text.split("\n").map(lineOf).join("\n");
}

/** `text` in bold. */
export function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

/** `text` in italics, as what stands for something else is written. */
export function italic(text: string): string {
  return `\\fI${escaped(text)}\\fR`;
}

/** An argument of a request. */
export function argument(text: string): string {
  return `"${escaped(text).replaceAll('"', "\\(dq")}"`;
}

/** A usage or a flag: capital words stand for something else. `known`: how many characters at its beginning are typed as they are. */
export function synopsis(text: string, known = 0): string {
  const rest = text
    .slice(known)
    .split(/([A-Z][A-Z]+|\b[A-Z]\b)/)
    .map((part, index) => (index % 2 === 0 ? escaped(part) : italic(part)))
    .join("");
  return known === 0 ? rest : bold(text.slice(0, known)) + rest;
}

function lineOf(line: string): string {
  // At its beginning these two would make it a request.
  return /^[.']/.test(line) ? `\\&${escaped(line)}` : escaped(line);
}

function escaped(text: string): string {
  return text.replace(/[\\\-'`^~]/g, (found) => ESCAPES[found] ?? found).replace(/[^\x20-\x7e]/gu, named);
}

function named(character: string): string {
  return `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}
