import type { Log } from "../../platform/log/log.ts";
import { plural } from "../../platform/units.ts";
import type { ClusterFigures } from "../figures/cluster-figures.ts";
import type { Registry } from "../registry/registry.ts";
import type { RegistryDriver } from "../registry-driver.ts";
import type { KnownSecondaries } from "../serving/known-secondaries.ts";

export interface ForgetOperationDeps {
  readonly registry: Pick<Registry, "forget" | "secondaries">;
  readonly driver: Pick<RegistryDriver, "orderSoon">;
  readonly figures: Pick<ClusterFigures, "remove">;
  readonly known: Pick<KnownSecondaries, "forgotten">;
  readonly log: Pick<Log, "info">;
}

/** Forgets secondaries that do not come back. One that comes back all the same is a new one. */
export class ForgetOperation {
  constructor(private readonly deps: ForgetOperationDeps) {}

  /** `by`: who has ordered it, for the log. */
  forget(number: number, by: string): "forgotten" | "connected" | "unknown" {
    const { registry, driver, figures, known, log } = this.deps;
    const secondary = registry.secondaries.get(number);
    if (!secondary) return "unknown";
    if (!registry.forget(number)) return "connected";
    figures.remove(number);
    known.forgotten(number);
    log.info(
      "forgotten",
      `${by} has secondary ${number} forgotten, which held ${plural(secondary.fileCount, "file")}`,
      {
        number,
        by,
      },
    );
    driver.orderSoon();
    return "forgotten";
  }
}
