const FORM = /^(\d{1,12}(?:\.\d{1,6})?)(?:([KMGT])(iB|B)?)?$/i;

/** Bytes in a text such as `500M`, `2GiB` (powers of 1024) or `1.5TB` (powers of 1000); null for what is none. */
export function parseSize(text: string): number | null {
  const [, number, unit = "", kind = ""] = FORM.exec(text) ?? [];
  if (number === undefined) return null;
  const power = unit === "" ? 0 : "KMGT".indexOf(unit.toUpperCase()) + 1;
  const bytes = Math.floor(Number(number) * (kind.toUpperCase() === "B" ? 1000 : 1024) ** power);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
