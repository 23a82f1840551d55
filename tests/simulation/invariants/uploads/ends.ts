import { hasRight } from "../../../../src/protocol/rights.ts";
import type { Upload } from "../../cluster/clients/uploads/upload.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Invariant } from "../invariant.ts";

/** Simulated milliseconds for which what has happened before an upload may keep it from its end. */
const BEFORE_MS = 60_000;

/** Simulated milliseconds until all secondaries have come, if nothing fails. */
const FIRST_MS = 4000;

/** What a client says of an upload that has failed because of what people did, and what they must have done. */
const REASONS: readonly { readonly says: RegExp; isTrue(upload: Upload, cluster: SimCluster): boolean }[] = [
  { says: /was changed while it was being sent/, isTrue: isChanged },
  { says: /nothing was replaced$/, isTrue: ({ isConditional }) => isConditional },
  { says: /^there is no file /, isTrue: isChanged },
  { says: /^it was stopped/, isTrue: isStopped },
  { says: /what was written is not what is read/, isTrue: (upload, cluster) => isTouched(upload, cluster) },
  { says: /^it is answered with 400$|^its sender is gone$|^the upload was ended$/, isTrue: ({ stopped }) => stopped },
  // Whoever puts over HTTP is not made to wait until secondaries have come.
  { says: /^this central serves nothing yet/, isTrue: isEarly },
];

/** Said where a key has not the right. */
const RIGHT = /has the right read/;

/**
 * Every upload ends: it is done, or it has failed for a reason that somebody gave it. Without faults, and where nobody else
 * does anything, it is done. One whose key has not the right to put is never done.
 */
export const uploadsEnd: Invariant = {
  name: "every upload ends as it must",
  watch(cluster, broken) {
    const { uploads } = cluster;
    const open = new Set<Upload>();
    let seen = 0;
    return {
      afterEvent: () => {
        for (; seen < uploads.all.length; seen++) open.add(uploads.all[seen] as Upload);
        if (open.size === 0) return;
        for (const upload of open) {
          if (upload.state === "running") continue;
          open.delete(upload);
          const fault = faultOf(upload, cluster);
          if (fault !== null) broken(`upload ${upload.number} of ${upload.name}: ${fault}`);
        }
      },
      atEnd: () => {
        for (const { number, name, state } of uploads.all)
          if (state === "running") broken(`upload ${number} of ${name} does not end`);
      },
    };
  },
};

/** What is wrong with how an upload has ended; null when nothing is. */
function faultOf(upload: Upload, cluster: SimCluster): string | null {
  const { state, rights, finished, refusal } = upload;
  const mayPut = !cluster.keys || hasRight(rights, "write");
  if (state === "done") return mayPut ? null : `it is done with a key for ${rights}`;
  const reason = refusal ?? finished?.result.error ?? "";
  if (state !== "failed") return null;
  if (reason === "") return "it fails without a reason";
  const known = REASONS.find(({ says }) => says.test(reason));
  if (known) return known.isTrue(upload, cluster) ? null : `${reason}: nobody has done that`;
  if (!mayPut && RIGHT.test(reason)) return null;
  return isDisturbed(upload, cluster) ? null : `it fails, and nothing has happened: ${reason}`;
}

/** Whether somebody has written to the file of an upload, or taken it away, or its disk does not read what it wrote. */
function isChanged({ path, client, startedAt }: Upload, { uploads, happened }: SimCluster): boolean {
  const isHurt = happened.some(({ kind, params }) => /flip|power|disk/.test(kind + JSON.stringify(params)));
  return isHurt || uploads.changes.some((one) => one.client === client && one.path === path && one.at >= startedAt);
}

/** Whether somebody has stopped it, or the central that was sending it. */
function isStopped(upload: Upload, cluster: SimCluster): boolean {
  return upload.stopped || (upload.by === "HTTP" && isDisturbed(upload, cluster));
}

/** Whether the secondaries may not have come yet, or not again. */
function isEarly(upload: Upload, cluster: SimCluster): boolean {
  return upload.by === "HTTP" && (upload.startedAt < FIRST_MS || isDisturbed(upload, cluster));
}

/** Whether somebody has laid hands on what had come of uploads, or the bits of some disk flip. */
function isTouched(_upload: Upload, { hands, happened }: SimCluster): boolean {
  return (
    hands.some(({ path }) => path.includes("/put-")) ||
    happened.some(({ kind, params }) => /flip|power|disk|hands/.test(kind + JSON.stringify(params)))
  );
}

/**
 * Whether something has happened that may keep a file from getting into the cluster: a fault, a limit, what is done to keys,
 * or what somebody else does with a file of that name, or of a folder in its way.
 */
function isDisturbed(upload: Upload, { happened, shape, uploads, keys }: SimCluster): boolean {
  const { number, startedAt, name } = upload;
  if (shape.limits || keys || uploads.all.some((other) => other.number !== number && isInTheWay(other.name, name)))
    return true;
  return happened.some(({ at, fault, params }) => {
    const own = JSON.stringify(params);
    return at >= startedAt - BEFORE_MS && (fault || NAMED.test(own) || isNamedIn(own, name));
  });
}

/** Parameters that say files, or a folder, in another way than by their names. */
const NAMED = /"(from|to|names|folder)":["[]/;

function isNamedIn(params: string, name: string): boolean {
  return [...params.matchAll(/"name":"([^"]+)"/g)].some(([, one = ""]) => isInTheWay(one, name));
}

/** Whether files of these names meet: they are one, or one is in a folder of the other's name. */
function isInTheWay(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
