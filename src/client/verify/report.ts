import { formatBytes, formatDuration, formatRate, plural } from "../../platform/units.ts";
import type { ReadFile } from "../downloads/destination.ts";
import type { FailureKind } from "../downloads/result.ts";
import type { ComparedFile, Finding } from "./comparison.ts";
import type { ByteRange, Difference } from "./difference.ts";
import type { Compared, FindingCounts, Verification } from "./verification.ts";

/** Ranges that a line names; JSON has all of them. */
const MAX_NAMED_RANGES = 3;

/** What was found of a file, in a line for people. */
export function findingText({ file: { name, listed }, finding }: Compared): string {
  const size = listed?.size ?? 0;
  switch (finding.kind) {
    case "same":
      return `${name}: the same as in the cluster (${formatBytes(size)})`;
    case "different":
      return `${name}: ${[lengthText(size, finding.localSize), differenceText(finding)].filter(Boolean).join(", ")}`;
    case "missing":
      return `${name}: not here (${formatBytes(size)})`;
    case "unknown":
      return `${name}: the cluster has no such file`;
    case "unreadable":
      return `${name}: cannot be compared: ${finding.reason}`;
  }
}

function lengthText(size: number, local: number): string {
  if (local === size) return "";
  return local > size ? `longer by ${formatBytes(local - size)}` : `shorter by ${formatBytes(size - local)}`;
}

function differenceText(finding: Extract<Finding, { kind: "different" }>): string {
  if (finding.difference === null) return `different, and which pieces are cannot be told: ${finding.why}`;
  const { pieces, ofPieces, bytes, ranges } = finding.difference;
  if (pieces === 0) return "all else is the same";
  const named = ranges.slice(0, MAX_NAMED_RANGES).map(rangeText).join(", ");
  const more = ranges.length - MAX_NAMED_RANGES;
  const rest = more > 0 ? ` and ${more} more` : "";
  return `${pieces} of ${plural(ofPieces, "piece")} differ (${formatBytes(bytes)}): ${named}${rest}`;
}

function rangeText({ start, end }: ByteRange): string {
  const [from, to] = [formatBytes(start), formatBytes(end)];
  const [number, unit] = from.split(" ");
  return `${to.endsWith(` ${unit}`) ? number : from} to ${to}`;
}

/** All that was found, in a line for people. */
export function summaryText({
  counts,
  readBytes,
  seconds,
}: Pick<Verification, "counts" | "readBytes" | "seconds">): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const kinds: readonly (readonly [keyof FindingCounts, string])[] = [
    ["same", "the same"],
    ["different", "different"],
    ["missing", "not here"],
    ["unknown", "not in the cluster"],
    ["unreadable", "not compared"],
  ];
  const found = kinds.filter(([kind]) => counts[kind] > 0).map(([kind, text]) => `${counts[kind]} ${text}`);
  const rate = formatRate(readBytes / Math.max(seconds, 0.001));
  const read = `${formatBytes(readBytes)} read in ${formatDuration(seconds)}, ${rate}`;
  return `${plural(total, "file")}${found.length > 0 ? `: ${found.join(", ")}` : ""}; ${read}`;
}

/** What was found of a file, as `verify --json` prints it. Sizes in bytes. */
export function findingJson({ file: { name, path, listed }, finding }: Compared): object {
  const file = { event: finding.kind, name, path, size: listed?.size ?? null, id: listed?.id ?? null };
  switch (finding.kind) {
    case "different":
      return { ...file, localSize: finding.localSize, ...differenceJson(finding) };
    case "unreadable":
      return { ...file, error: finding.reason };
    default:
      return file;
  }
}

function differenceJson(finding: Extract<Finding, { kind: "different" }>): object {
  if (finding.difference === null) return { error: finding.why };
  const { pieces, ofPieces, bytes, ranges }: Difference = finding.difference;
  return { differentPieces: pieces, pieces: ofPieces, differentBytes: bytes, ranges };
}

/** The last line of `verify --json` about what was found. */
export function summaryJson({
  counts,
  readBytes,
  seconds,
}: Pick<Verification, "counts" | "readBytes" | "seconds">): object {
  return { event: "verified", ...counts, readBytes, seconds: Math.round(seconds * 1000) / 1000 };
}

/** What is wrong with a file; null where it is as in the cluster. */
export function failureOf({ finding: { kind } }: Pick<Compared, "finding">): FailureKind | null {
  if (kind === "same") return null;
  return kind === "unknown" ? "no-such-file" : "failed";
}

/** Whether a repair has something to do. */
export function isRepairable({ file, finding }: Compared): boolean {
  return file.listed !== null && finding.kind !== "same";
}

/** What a repair need not read again to know that it is wrong. */
export function readBefore({ finding }: Compared): ReadFile | null {
  return finding.kind === "different" ? finding.read : null;
}

/** Bytes that a repair would fetch; null where that cannot be told. */
export function repairBytes(file: ComparedFile, finding: Finding): number | null {
  if (finding.kind === "different") return finding.difference?.bytes ?? null;
  return finding.kind === "missing" ? (file.listed?.size ?? 0) : null;
}

/** What a repair would do, in a line for people. */
export function repairText({ file, finding }: Compared): string {
  const bytes = repairBytes(file, finding);
  const size = formatBytes(file.listed?.size ?? 0);
  if (bytes === null) return `${file.name}: would fetch what differs of ${size}`;
  return `${file.name}: would fetch ${formatBytes(bytes)} of ${size}`;
}

/** The same, as `verify --repair --dry-run --json` prints it. */
export function repairJson({ file, finding }: Compared): object {
  return { event: "would-repair", name: file.name, path: file.path, bytes: repairBytes(file, finding) };
}
