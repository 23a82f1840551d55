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
