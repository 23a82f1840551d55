import type { LocateRefusal } from "../../http/central/backend.ts";
import { named } from "../../protocol/missing.ts";
import { counted, type Sentence, say, type Told, type Value } from "../../sentences/sentence.ts";
import type { Registry } from "../registry/registry.ts";
import type { SecondaryRecord } from "../registry/secondary-record.ts";
import type { SecondaryView } from "../registry/secondary-table.ts";
import { missingTold } from "../serving/missing-text.ts";
import type { ServingState } from "../serving/serving-state.ts";
import type { FileVersion } from "../versions/file-version.ts";

/** Seconds after which somebody may ask again: about as long as a secondary takes to be there again after a restart. */
const RETRY_AFTER_S = 10;
/** Most secondaries that are named in a sentence. */
const MAX_NAMED = 5;

/** A secondary that holds a file and answers HTTP. */
export type HttpHolder = Pick<SecondaryRecord, "number" | "isBehind"> & {
  readonly http: NonNullable<SecondaryRecord["http"]>;
};

/** The cluster's version of a name, and who of those that are here holds the whole of it and answers HTTP: at least one. */
export interface LocatedFile {
  readonly kind: "located";
  readonly version: FileVersion;
  /** In the order of their numbers. */
  readonly holders: readonly HttpHolder[];
}

export interface FileLocatorDeps {
  readonly registry: Pick<Registry, "catalogue" | "sources" | "secondaries">;
  readonly serving: Pick<ServingState, "missing" | "unlisted">;
}

/** Says to which secondaries somebody who wants a file over HTTP may be sent. Only reads. */
export class FileLocator {
  constructor(private readonly deps: FileLocatorDeps) {}

  locate(name: string): LocatedFile | LocateRefusal {
    const obstacle = this.obstacle();
    if (obstacle) return obstacle;
    const version = this.deps.registry.catalogue.get(name);
    if (!version) return this.unknown(name);
    const present = this.deps.registry.sources.holdersOf(version).sort((one, other) => one.number - other.number);
    const holders = present.filter((holder): holder is SecondaryRecord & HttpHolder => holder.http !== null);
    if (holders.length > 0) return { kind: "located", version, holders };
    return present.length > 0 ? this.withoutHttp(name, present) : this.withoutHolder(version);
  }

  /** Why nothing is served at all; null when it is. */
  obstacle(): LocateRefusal | null {
    const missing = this.deps.serving.missing();
    return missing === null ? null : unavailable(say("this central serves nothing yet: {missing}", { missing }));
  }

  /** Why nobody can be told which files there are; null when that is known. */
  obstacleToList(): LocateRefusal | null {
    const unlisted = this.deps.serving.unlisted();
    const obstacle = this.obstacle();
    if (obstacle || unlisted === null) return obstacle;
    return unavailable(say("this central lists nothing yet: {unlisted}", { unlisted }));
  }

  private unknown(name: string): LocateRefusal {
    const { catalogue, secondaries } = this.deps.registry;
    for (const file of catalogue.from(`${name}/`)) {
      if (file.name.startsWith(`${name}/`)) return { kind: "folder" };
      break;
    }
    const announcing = secondaries.sorted().find(({ phase }) => phase === "announcing");
    const unsure =
      this.deps.serving.unlisted() ??
      (announcing ? missingTold({ kind: "announcements", of: named([announcing.number]) }) : null);
    if (unsure === null) return { kind: "no-such-file" };
    return unavailable(say("there is no file {name} so far, and {unsure}", { name, unsure }));
  }

  private withoutHttp(name: string, holders: readonly SecondaryRecord[]): LocateRefusal {
    const others = this.deps.registry.secondaries.sorted().some(({ http, isPresent }) => isPresent && http !== null);
    if (!others) {
      return unavailable(
        say("no secondary answers HTTP: start each with --http PORT, as in redes secondary --number 1 --http 8081"),
      );
    }
    const which = listed(holders.map(({ number }) => number));
    return unavailable(
      say("{name} is at secondary {which}, without HTTP there: start it with --http PORT", { name, which }),
    );
  }

  private withoutHolder(version: FileVersion): LocateRefusal {
    const { name, id } = version;
    const away = this.deps.registry.secondaries.sorted().filter((one) => one.lastKnownVersion(name)?.id === id);
    const what = away.length === 0 ? say("nobody that is known had it last") : listed(away.map(absence));
    return unavailable(say("no secondary has {name} now: {what}", { name, what }));
  }
}

function absence({ number, diskFault }: SecondaryView): Sentence {
  const who = say("secondary {numbers}", { numbers: [number] });
  return diskFault === null ? say("{who} is away", { who }) : say("the disk of {who} is missing", { who });
}

/** The first of them, and how many more there are. */
function listed(all: readonly Value[]): Value {
  const numbers = all.slice(0, MAX_NAMED);
  const rest = all.length - numbers.length;
  return rest > 0 ? say("{numbers} and {others}", { numbers, others: counted(rest, "other") }) : numbers;
}

export function unavailable(why: Told, retryAfter = RETRY_AFTER_S): LocateRefusal {
  return { kind: "unavailable", why, retryAfter };
}
