import type { DepartureReason, KeptFile } from "../../protocol/messages/kept.ts";

/**
 * What the folder of a kept file says of it, so that nothing but the folder has to survive. `at` is in whole seconds.
 */
export type Label = Omit<KeptFile, "name" | "size">;

const PATTERN =
  /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-(\d{6,15})-(replaced|removed|conflict)-(\d{1,16})-([0-9a-f]{64})$/;

/** The name of a kept file's folder; they sort by time: `20261128T193808Z-000017-replaced-3-<id>`. */
export function formatLabel({ at, serial, why, number, id }: Label): string {
  const time = new Date(at)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:]/g, "");
  return `${time}-${String(serial).padStart(6, "0")}-${why}-${number}-${id}`;
}

/** What the name of a folder says; null where it is not the folder of a kept file. */
export function parseLabel(folder: string): Label | null {
  const [, year, month, day, hour, minute, second, serial, why, number, id] = PATTERN.exec(folder) ?? [];
  if (id === undefined) return null;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const label = { at, serial: Number(serial), why: why as DepartureReason, number: Number(number), id };
  // What is written in another way than it would be here is not from here.
  return Number.isNaN(at) || !Number.isSafeInteger(label.number) || formatLabel(label) !== folder ? null : label;
}
