/** What makes a text a pattern. */
const SPECIAL = /[*?[{]/;

/** Names of files that look like something. */
export interface NamePattern {
  /** What all of them begin with. */
  readonly start: string;
  matches(name: string): boolean;
}

/**
 * `text` as a pattern of a shell: `*` and `?` stop at a slash, `**` goes through folders, and there are `[a-c]` and
 * `{a,b}`. Null for a text that is none.
 */
export function namePattern(text: string): NamePattern | null {
  if (!SPECIAL.test(text)) return null;
  // No negation: one character must not mean all files but a few. And no groups: names have parentheses.
  const pattern = new Bun.Glob(
    text.replace(/^!/, "\\!").replace(/\\.|\(/gs, (found) => (found === "(" ? "\\(" : found)),
  );
  return { start: text.slice(0, text.search(/[*?[{\\]/)), matches: (name) => pattern.match(name) };
}

/** What the names of all files in a folder begin with. `folder`: its path, with or without a slash at its end. */
export function folderStart(folder: string): string {
  return `${folder.replace(/\/+$/, "")}/`;
}
