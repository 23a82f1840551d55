import { refused, type UploadRefusal } from "../../../http/uploads/backend.ts";
import type { FoundName } from "../../../http/uploads/upload-desk.ts";
import type { Clock } from "../../../platform/clock.ts";
import { PeerError } from "../../../protocol/errors.ts";
import type { Messages } from "../../../protocol/messages/messages.ts";
import { say } from "../../../sentences/sentence.ts";
import type { FiguresDirectory } from "../../figures/cluster-figures.ts";
import { type PlaceDecision, type PlaceLack, placeFile } from "../../operations/placement.ts";
import { untilListed } from "../../operations/until-listed.ts";
import type { Registry } from "../../registry/registry.ts";
import type { ServingState } from "../../serving/serving-state.ts";

export interface CentralPlacesDeps {
  readonly clock: Clock;
  readonly serving: Pick<ServingState, "missing">;
  readonly registry: Pick<Registry, "catalogue" | "secondaries" | "sources">;
  readonly figures: FiguresDirectory;
}

type PlaceRequest = Omit<Messages["place"], "type" | "request">;

const STATUSES: Readonly<Record<PlaceLack, UploadRefusal["status"]>> = { name: 409, room: 507, secondary: 503 };
/** Of no file. */
const NO_ID = "";

/** Where files are sent that have come to the central itself. */
export class CentralPlaces {
  constructor(private readonly deps: CentralPlacesDeps) {}

  /** What a name has, or why nobody takes a file of this size under it. */
  async find(name: string, size: number): Promise<FoundName | UploadRefusal> {
    const decision = this.decide({ name, size, id: NO_ID, at: null });
    if (decision.kind === "refused") return refused(STATUSES[decision.lack], decision.reason);
    return { kind: "found", version: this.deps.registry.catalogue.get(name) ?? null };
  }

  /** Rejects with PeerError, as a client hears of it. */
  async place(wanted: PlaceRequest): Promise<Pick<Messages["placed"], "base" | "to">> {
    const decision = this.decide(wanted);
    if (decision.kind === "refused") throw new PeerError(decision.code, decision.reason);
    return decision;
  }

  /** How many secondaries have the whole file, once the catalogue has it; 0 where it does not in time, or before `ended`. */
  async holders(name: string, id: string, ended: AbortSignal): Promise<number> {
    const { clock, registry } = this.deps;
    await untilListed(clock, registry.catalogue, new Map([[name, id]]), ended);
    const version = registry.catalogue.get(name);
    return version?.id === id ? registry.sources.countHolders(version) : 0;
  }

  private decide(wanted: PlaceRequest): PlaceDecision {
    const { serving, registry, figures } = this.deps;
    const missing = serving.missing();
    if (missing === null) return placeFile({ ...registry, figures }, wanted);
    const reason = say("this central serves nothing yet: {missing}", { missing });
    return { kind: "refused", lack: "secondary", code: "not-synchronized", reason };
  }
}
