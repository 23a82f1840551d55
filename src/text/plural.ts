/** The words for so many: both languages have one form for one, and one for any other number. */
export function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** A number, or as it is written. */
export type Count = number | string;
