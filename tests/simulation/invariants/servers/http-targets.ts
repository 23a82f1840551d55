import type { Central } from "../../../../src/central/central.ts";
import { secondaryStatuses } from "../../../../src/central/cluster-status.ts";
import { FileLocator, type HttpHolder } from "../../../../src/central/http/file-locator.ts";
import type { FileVersion } from "../../../../src/central/versions/file-version.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Broken, Invariant } from "../invariant.ts";
import { lastingFaults } from "./lasting-faults.ts";

/** A file and a secondary to which somebody who wants it over HTTP may be sent. */
interface Target {
  readonly version: FileVersion;
  readonly holder: HttpHolder;
}

/**
 * Who wants a file over HTTP is sent to a secondary that has it: never to one that is away or has no disk as far as the central
 * knows, nor to one that lacks the version for longer than the program needs to notice. In the end nobody is left out who has it.
 */
export const httpTargets: Invariant = {
  name: "over HTTP everyone is sent to who has the file",
  watch(cluster, broken) {
    return {
      afterEvent: lastingFaults(
        cluster,
        () => lackingTargets(cluster, broken),
        (lack) => broken(`${lack}, and whoever wants it is sent there`),
      ),
      atEnd: () => {
        for (const missed of leftOut(cluster)) broken(missed);
      },
    };
  },
};

function runningCentral({ central }: SimCluster): Central | null {
  return central.started ? (central.role ?? null) : null;
}

/** Targets that lack the version to which somebody may be sent, for people. */
function* lackingTargets(cluster: SimCluster, broken: Broken): Generator<string> {
  for (const target of targetsOf(cluster)) {
    checkKnown(cluster, target, broken);
    if (!lacks(cluster, target)) continue;
    yield `secondary ${target.holder.number} lacks ${target.version.id.slice(0, 8)} of ${target.version.name}`;
  }
}

function* targetsOf(cluster: SimCluster): Generator<Target> {
  const central = runningCentral(cluster);
  if (!central) return;
  const locator = new FileLocator(central);
  for (const { name } of central.registry.catalogue.after(null)) {
    const located = locator.locate(name);
    if (located.kind !== "located") continue;
    for (const holder of located.holders) yield { version: located.version, holder };
  }
}

/** What the central knows of a secondary must let it send somebody there. */
function checkKnown(cluster: SimCluster, { version, holder }: Target, broken: Broken): void {
  const { name, id } = version;
  const { number, http } = holder;
  const known = runningCentral(cluster)?.registry.secondaries.get(number);
  const text = `who wants ${name} is sent to secondary ${number}`;
  if (!known || !["live", "announcing"].includes(known.phase)) broken(`${text}, which is ${known?.phase ?? "unknown"}`);
  if (known?.heldVersion(name)?.id !== id) broken(`${text}, which holds another version`);
  const answersAt = cluster.secondary(number).http;
  if (http.host !== answersAt?.host || http.port !== answersAt.port)
    broken(`${text} at ${http.host}:${http.port}, where it answers no HTTP`);
}

/** Whether what a secondary's folder has under a name is not what the central says. */
function lacks(cluster: SimCluster, { version, holder }: Target): boolean {
  const { users } = cluster;
  const sent = cluster.secondary(holder.number);
  // What nobody made is the id of a file that was read wrongly: nobody can have that.
  if (!sent.isMounted || !users.contents.known.has(version.id)) return false;
  const { versions } = users;
  return versions.intendedId(users.filesOf(sent).idOf(version.name) ?? "") !== versions.intendedId(version.id);
}

/** Secondaries in step that answer HTTP and to which nobody is sent for some file. */
function leftOut(cluster: SimCluster): string[] {
  const central = runningCentral(cluster);
  if (!central || central.serving.missing() !== null) return [];
  const inStep = secondaryStatuses(central.registry.secondaries, central.figures).filter(
    ({ state }) => state === "in step",
  );
  const numbers = inStep.map(({ number }) => number).filter((number) => cluster.secondary(number).http !== null);
  const targets = [...targetsOf(cluster)].map(({ version, holder }) => `${holder.number} ${version.name}`);
  const names = [...central.registry.catalogue.after(null)].map(({ name }) => name);
  return numbers.flatMap((number) =>
    names
      .filter((name) => !targets.includes(`${number} ${name}`))
      .map((name) => `secondary ${number} is in step, and nobody who wants ${name} is sent there`),
  );
}
