/** Where the keyboard leads to from a row: the same row where it leads nowhere. Null: the key is not for the list. */
export function rowAfterKey(key: string, row: number | null, count: number, rowsSeen: number): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const within = (wanted: number) => Math.max(0, Math.min(wanted, last));
  switch (key) {
    case "ArrowDown":
      return row === null ? 0 : within(row + 1);
    case "ArrowUp":
      return row === null ? last : within(row - 1);
    case "PageDown":
      return within((row ?? 0) + Math.max(1, rowsSeen - 1));
    case "PageUp":
      return within((row ?? 0) - Math.max(1, rowsSeen - 1));
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
