import type { Log } from "../../platform/log/log.ts";
import { chooseVersion, type KeptFiles, type KeptListing, type KeptVersion } from "./kept-files.ts";

/** Most versions of a name that are looked through. */
const MAX_VERSIONS = 1000;

/** Which of a name's kept versions is meant: what is null does not matter, and of several it is the newest. */
export interface WantedVersion {
  readonly number: number | null;
  readonly id: string | null;
}

/** `absent`: nothing that is known of is kept, of the name at all or of this version. */
export type RestoreResult =
  | { readonly kind: "restored"; readonly version: KeptVersion; readonly secondary: number }
  | { readonly kind: "absent"; readonly listing: KeptListing };

export interface RestoreOperationDeps {
  readonly keptFiles: Pick<KeptFiles, "list" | "restore">;
  readonly log: Pick<Log, "info">;
}

/** Puts kept versions back. */
export class RestoreOperation {
  constructor(private readonly deps: RestoreOperationDeps) {}

  /** `by`: who has ordered it, for the log. Rejects with an Error that says why no secondary could. */
  async restore(name: string, { number, id }: WantedVersion, by: string): Promise<RestoreResult> {
    const { keptFiles, log } = this.deps;
    const listing = await keptFiles.list(name, MAX_VERSIONS);
    const version = chooseVersion(
      listing.versions.filter((each) => id === null || each.id === id),
      number,
    );
    if (!version) return { kind: "absent", listing };
    const secondary = await keptFiles.restore(version);
    const which = version.number === 0 ? "" : `, version ${version.number},`;
    log.info("restored", `${by} has put back ${name}${which} at secondary ${secondary}`, {
      name,
      by,
      number: secondary,
    });
    return { kind: "restored", version, secondary };
  }
}
