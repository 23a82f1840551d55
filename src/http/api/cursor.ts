import * as v from "valibot";

/** Where a page ended: the name of its last entry, and what this was ordered by where that is no name. */
const place = v.strictTuple([v.nullable(v.number()), v.string()]);

export type CursorPlace = v.InferOutput<typeof place>;

/** Opaque to programs. */
export function encodeCursor(value: number | null, name: string): string {
  return Buffer.from(JSON.stringify([value, name] satisfies CursorPlace)).toString("base64url");
}

/** Null for what is none. */
export function decodeCursor(cursor: string): CursorPlace | null {
  try {
    const parsed = v.safeParse(place, JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Where the page before ended; null: this is the first one. */
export function placeBefore(cursor: string | undefined): CursorPlace | null {
  return cursor === undefined ? null : decodeCursor(cursor);
}

/** Of some rows as many as fit, and the cursor of the next page. `more`: whether there are others behind these, where more than these are asked for. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => CursorPlace,
  more = false,
): { readonly rows: Row[]; readonly next: string | null } {
  const shown = rows.slice(0, limit);
  const last = more || rows.length > limit ? shown.at(-1) : undefined;
  return { rows: shown, next: last ? encodeCursor(...placeOf(last)) : null };
}
