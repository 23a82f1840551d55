import type { CentralOrdersBackend, LimitsBody, RemovalQuery, RestoreBody } from "../../../http/api/central-orders.ts";
import type { NotDone } from "../../../http/api/operation.ts";
import { say } from "../../../sentences/sentence.ts";
import { toldOf } from "../../../sentences/sentence-error.ts";
import type { Central } from "../../central.ts";
import { selectFolder } from "../../operations/selection.ts";
import { notListed } from "./not-listed.ts";

/** What orders are carried out by. */
export type OrderedCentral = Pick<
  Central,
  "deps" | "registry" | "serving" | "removal" | "restoration" | "forgetting" | "downloads"
> & {
  readonly admission: Pick<Central["admission"], "limit">;
};

/** Carries out what an operator orders over HTTP, with what the console does it with. */
export class OrderAnswers implements CentralOrdersBackend {
  constructor(private readonly central: OrderedCentral) {}

  async remove(name: string, { of }: RemovalQuery, by: string): Promise<{ removed: number } | NotDone | null> {
    const unsure = notListed(this.central);
    if (unsure) return unsure;
    const { registry, removal, deps } = this.central;
    const { catalogue } = registry;
    const names =
      of === "file" ? (catalogue.get(name) ? [name] : []) : (await selectFolder(catalogue, name, deps.clock)).names;
    return names.length === 0 ? null : { removed: await removal.remove(names, by) };
  }

  async restore({ name, id, version }: RestoreBody, by: string): Promise<{ secondary: number } | NotDone> {
    try {
      const result = await this.central.restoration.restore(name, { number: version, id }, by);
      if (result.kind === "restored") return { secondary: result.secondary };
    } catch (error) {
      return { notDone: 409, reason: toldOf(error) };
    }
    return { notDone: 404, reason: say("no secondary that answers keeps this version of {name}", { name }) };
  }

  async forget(number: number, by: string): Promise<{ forgotten: number } | NotDone | null> {
    switch (this.central.forgetting.forget(number, by)) {
      case "forgotten":
        return { forgotten: number };
      case "connected": {
        const reason = say("secondary {number} is connected: only one that is lost can be forgotten", { number });
        return { notDone: 409, reason };
      }
      case "unknown":
        return null;
    }
  }

  async limit({ downloads }: LimitsBody, by: string): Promise<LimitsBody> {
    this.central.downloads.setLimit(downloads ?? 0, by);
    return { downloads: this.central.admission.limit || null };
  }
}
