/** Whether too few servers hold something, of those that are known. A cluster of one server holds everything once. */
export function dangerOf(holders: number, known: number): "one" | "none" | null {
  if (holders === 0) return "none";
  return holders === 1 && known > 1 ? "one" : null;
}
