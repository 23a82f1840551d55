import { plural } from "../../platform/units.ts";
import { type Missing, type NamedSecondaries, named } from "../../protocol/missing.ts";
import type { Unheard } from "./list-completeness.ts";

/** What keeps a central from serving, in a sentence; null for null. */
export function missingText(missing: Missing | null): string | null {
  switch (missing?.kind) {
    case undefined:
      return null;
    case "secondaries": {
      const { sharing, wanted, unregistered, withoutDisk } = missing;
      const all = `${sharing} of ${plural(wanted, "secondary", "secondaries")}`;
      if (withoutDisk.numbers.length === 0) return `${all} registered, ${unregistered} missing`;
      const rest = unregistered > 0 ? `, ${unregistered} not registered` : "";
      return `${all} sharing their folders${rest}; ${diskMissing(withoutDisk)}`;
    }
    case "disks":
      return diskMissing(missing.withoutDisk);
    case "announcements":
      return `${secondaryOf(missing.of)} has not told all that it holds yet`;
    case "copies":
      return `${plural(missing.count, "copy", "copies")} of files still to be made`;
    case "comparison":
      return "what the secondaries hold is still being compared";
    case "registration":
      return "no secondary is registered";
  }
}

/** Who keeps lists from being whole, in a sentence. */
export function unheardText({ announcing, away }: Unheard): string | null {
  if (announcing.length > 0) return missingText({ kind: "announcements", of: named(announcing) });
  return away.length > 0 ? absentText(away) : missingText({ kind: "registration" });
}

/** Who was there before the central was started, and is not now. */
export function absentText(away: readonly number[]): string {
  return `${secondaryOf(named(away))} has not come back since the central was started`;
}

function diskMissing(those: NamedSecondaries): string {
  return `the disk of ${secondaryOf(those)} is missing`;
}

function secondaryOf({ numbers, more }: NamedSecondaries): string {
  return `secondary ${numbers.join(", ")}${more ? " and others" : ""}`;
}
