import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { type Random, shortId } from "../../platform/random.ts";
import { plural } from "../../platform/units.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import type { Registry } from "../registry/registry.ts";
import { type PlannedMove, planMoves } from "./planned-moves.ts";
import type { RemoveOperation } from "./remove-operation.ts";
import { untilListed } from "./until-listed.ts";

/** `seen`: how many of the files are in the catalogue by their new names already; the others follow. */
export type MoveResult =
  | { readonly kind: "moved"; readonly files: number; readonly bytes: number; readonly seen: number }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly reason: Told };

export interface MoveOperationDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Log, "info">;
  readonly registry: {
    readonly catalogue: Pick<Registry["catalogue"], "get" | "after">;
    readonly sources: Pick<Registry["sources"], "holdersOf">;
  };
  readonly removal: Pick<RemoveOperation, "move">;
  /** Aborted when the central stops. */
  readonly ended: AbortSignal;
}

/**
 * Gives files other names everywhere. That is stored at once, as removals of the old names that say where the content
 * goes: so it is never half done, whoever dies or is away meanwhile.
 */
export class MoveOperation {
  constructor(private readonly deps: MoveOperationDeps) {}

  /** `by`: who has ordered it, for the log. Rejects when it cannot be stored; then nothing is moved. */
  async move(from: string, to: string, by: string): Promise<MoveResult> {
    const { clock, registry, removal, random, log, ended } = this.deps;
    const plan = planMoves(registry.catalogue, from, to);
    if (plan.kind !== "moves") return plan;
    const { moves } = plan;
    const missing = moves.find(({ from: name }) => !this.isHeld(name));
    if (missing)
      return {
        kind: "refused",
        reason: say("no secondary that has {from} is there now: try again later", { from: missing.from }),
      };
    const ids = new Map(moves.map((move) => [move.to, registry.catalogue.get(move.from)?.id]));
    const bytes = moves.reduce((sum, move) => sum + (registry.catalogue.get(move.from)?.size ?? 0), 0);
    const [first] = moves;
    const what = moves.length === 1 && first ? `${first.from} moved to ${first.to}` : describe(moves, from, to);
    const edit = shortId(random);
    const files = await removal.move(moves.map(({ from: name, to: as }) => ({ name, moved: { as, edit } })));
    // Somebody else has moved or removed them in the same moment.
    if (files === 0) return { kind: "absent" };
    log.info("move", `${by} has ${what}`, { by, files });
    return { kind: "moved", files, bytes, seen: await untilListed(clock, registry.catalogue, ids, ended) };
  }

  private isHeld(name: string): boolean {
    const entry = this.deps.registry.catalogue.get(name);
    return entry !== undefined && this.deps.registry.sources.holdersOf(entry).length > 0;
  }
}

function describe(moves: readonly PlannedMove[], from: string, to: string): string {
  return `${plural(moves.length, "file")} of ${from} moved to ${to}`;
}
