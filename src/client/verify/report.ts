import { formatBytes, saidBytes, saidDuration, saidRate } from "../../platform/units.ts";
import { counted, english, type Sentence, say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import type { ReadFile } from "../downloads/destination.ts";
import type { FailureKind } from "../downloads/result.ts";
import type { ComparedFile, Finding } from "./comparison.ts";
import type { Difference, FileRange } from "./difference.ts";
import type { Compared, FindingCounts, Verification } from "./verification.ts";

/** Ranges that a line names; JSON has all of them. */
const MAX_NAMED_RANGES = 3;

/** What was found of a file, in a line for people. */
export function findingText(compared: Compared): string {
  return shown(findingTold(compared));
}

function findingTold({ file: { name, listed }, finding }: Compared): Sentence {
  const size = listed?.size ?? 0;
  switch (finding.kind) {
    case "same":
      return say("{name}: the same as in the cluster ({bytes})", { name, bytes: saidBytes(size) });
    case "different":
      return say("{name}: {differences}", {
        name,
        differences: [...lengthTold(size, finding.localSize), differenceTold(finding)],
      });
    case "missing":
      return say("{name}: not here ({bytes})", { name, bytes: saidBytes(size) });
    case "unknown":
      return say("{name}: the cluster has no such file", { name });
    case "unreadable":
      return say("{name}: cannot be compared: {reason}", { name, reason: finding.reason });
  }
}

function lengthTold(size: number, local: number): Sentence[] {
  if (local === size) return [];
  return [
    local > size
      ? say("longer by {bytes}", { bytes: saidBytes(local - size) })
      : say("shorter by {bytes}", { bytes: saidBytes(size - local) }),
  ];
}

function differenceTold(finding: Extract<Finding, { kind: "different" }>): Sentence {
  if (finding.difference === null)
    return say("different, and which pieces are cannot be told: {why}", { why: finding.why });
  const { pieces, ofPieces, bytes, ranges } = finding.difference;
  if (pieces === 0) return say("all else is the same");
  const named = ranges.slice(0, MAX_NAMED_RANGES).map(rangeTold);
  const more = ranges.length - MAX_NAMED_RANGES;
  const rest = more > 0 ? say(" and {count} more", { count: more }) : "";
  const all = counted(ofPieces, "piece");
  return say("{pieces} of {all} differ ({bytes}): {ranges}{rest}", {
    ...{ pieces, all, bytes: saidBytes(bytes), ranges: named, rest },
  });
}

function rangeTold({ start, end }: FileRange): Sentence {
  const [from, to] = [formatBytes(start), formatBytes(end)];
  const [number, unit] = from.split(" ");
  const short = to.endsWith(` ${unit}`) ? (number ?? from) : from;
  return say("{from} to {to}", { from: { quantity: short }, to: { quantity: to } });
}

/** All that was found, in a line for people. */
export function summaryText({
  counts,
  readBytes,
  seconds,
}: Pick<Verification, "counts" | "readBytes" | "seconds">): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const kinds: readonly (readonly [keyof FindingCounts, Sentence])[] = [
    ["same", say("the same")],
    ["different", say("different")],
    ["missing", say("not here")],
    ["unknown", say("not in the cluster")],
    ["unreadable", say("not compared")],
  ];
  const found = kinds
    .filter(([kind]) => counts[kind] > 0)
    .map(([kind, what]) => say("{count} {what}", { count: counts[kind], what }));
  const rate = saidRate(readBytes / Math.max(seconds, 0.001));
  const read = say("{bytes} read in {duration}, {rate}", {
    bytes: saidBytes(readBytes),
    duration: saidDuration(seconds),
    rate,
  });
  const files = counted(total, "file");
  return shown(
    found.length > 0
      ? say("{files}: {found}; {read}", { files, found, read })
      : say("{files}; {read}", { files, read }),
  );
}

/** What was found of a file, as `verify --json` prints it. Sizes in bytes. */
export function findingJson({ file: { name, path, listed }, finding }: Compared): object {
  const file = { event: finding.kind, name, path, size: listed?.size ?? null, id: listed?.id ?? null };
  switch (finding.kind) {
    case "different":
      return { ...file, localSize: finding.localSize, ...differenceJson(finding) };
    case "unreadable":
      return { ...file, error: english(finding.reason) };
    default:
      return file;
  }
}

function differenceJson(finding: Extract<Finding, { kind: "different" }>): object {
  if (finding.difference === null) return { error: english(finding.why) };
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
  const size = saidBytes(file.listed?.size ?? 0);
  if (bytes === null) return shown(say("{name}: would fetch what differs of {size}", { name: file.name, size }));
  return shown(say("{name}: would fetch {bytes} of {size}", { name: file.name, bytes: saidBytes(bytes), size }));
}

/** The same, as `verify --repair --dry-run --json` prints it. */
export function repairJson({ file, finding }: Compared): object {
  return { event: "would-repair", name: file.name, path: file.path, bytes: repairBytes(file, finding) };
}
