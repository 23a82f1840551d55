import type { SimCluster } from "../cluster/sim-cluster.ts";
import { NAMES } from "./draws.ts";

/** The name where a secondary has a file of it, else another one of those that people use; where it has none, the name all the same. */
export function presentName(cluster: SimCluster, number: number, name: string): string {
  const files = cluster.users.filesOf(cluster.secondary(number)).all();
  return [name, ...NAMES].find((one) => files.has(one)) ?? name;
}
