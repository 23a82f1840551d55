import { type Missing, type NamedSecondaries, named } from "../../protocol/missing.ts";
import { counted, englishOrNull, type Sentence, say } from "../../sentences/sentence.ts";
import type { Unheard } from "./list-completeness.ts";

/** What keeps a central from serving, in a sentence; null for null. */
export function missingTold(missing: Missing | null): Sentence | null {
  switch (missing?.kind) {
    case undefined:
      return null;
    case "secondaries": {
      const { sharing, wanted, unregistered, withoutDisk } = missing;
      const all = counted(wanted, "secondary", "secondaries");
      if (withoutDisk.numbers.length === 0)
        return say("{sharing} of {all} registered, {unregistered} missing", { sharing, all, unregistered });
      const rest = unregistered > 0 ? say(", {unregistered} not registered", { unregistered }) : "";
      return say("{sharing} of {all} sharing their folders{rest}; {disks}", {
        ...{ sharing, all, rest, disks: diskMissing(withoutDisk) },
      });
    }
    case "disks":
      return diskMissing(missing.withoutDisk);
    case "announcements":
      return say("{who} has not told all that it holds yet", { who: secondaryOf(missing.of) });
    case "copies":
      return say("{copies} of files still to be made", { copies: counted(missing.count, "copy", "copies") });
    case "comparison":
      return say("what the secondaries hold is still being compared");
    case "registration":
      return say("no secondary is registered");
  }
}

/** The same in English. */
export function missingText(missing: Missing | null): string | null {
  return englishOrNull(missingTold(missing));
}

/** Who keeps lists from being whole, in a sentence. */
export function unheardTold({ announcing, away }: Unheard): Sentence | null {
  if (announcing.length > 0) return missingTold({ kind: "announcements", of: named(announcing) });
  return away.length > 0 ? absentTold(away) : missingTold({ kind: "registration" });
}

/** Who was there before the central was started, and is not now. */
export function absentTold(away: readonly number[]): Sentence {
  return say("{who} has not come back since the central was started", { who: secondaryOf(named(away)) });
}

function diskMissing(those: NamedSecondaries): Sentence {
  return say("the disk of {who} is missing", { who: secondaryOf(those) });
}

function secondaryOf({ numbers, more }: NamedSecondaries): Sentence {
  return more ? say("secondary {numbers} and others", { numbers }) : say("secondary {numbers}", { numbers });
}
