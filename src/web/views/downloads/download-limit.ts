/** As many as the central takes. */
export const MAX_DOWNLOAD_LIMIT = 1_000_000;

/** A limit that somebody has typed; null: nothing, so any number; undefined: this is none. */
export function parseLimit(typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === "") return null;
  if (!/^[1-9]\d{0,6}$/.test(text)) return undefined;
  const limit = Number(text);
  return limit <= MAX_DOWNLOAD_LIMIT ? limit : undefined;
}
