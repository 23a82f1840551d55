/** The words for so many: both languages have one form for one, and one for any other number. */
export function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
