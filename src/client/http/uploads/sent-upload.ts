import { refused, type UploadRefusal } from "../../../http/uploads/backend.ts";
import type { RunningUpload, SentUpload, SpooledFile } from "../../../http/uploads/upload-desk.ts";
import { say } from "../../../sentences/sentence.ts";
import { UploadJob, type UploadJobDeps } from "../../uploads/upload-job.ts";
import type { FinishedUpload } from "../../uploads/upload-result.ts";

/** Milliseconds without progress after which somebody who waits for an answer is told that it does not work. */
const GIVE_UP_AFTER_MS = 30_000;

/** Sends a file that has come over HTTP into the cluster, as `put` does. */
export function sendUpload(deps: UploadJobDeps, { path, name, base, modified }: SpooledFile): RunningUpload {
  const conditions = { ...(base !== undefined && { base }), ...(modified !== undefined && { modified }) };
  const how = { label: name, at: null, giveUpAfterMs: GIVE_UP_AFTER_MS };
  const job = new UploadJob(deps, { path, name, ...how, ...conditions });
  return { ended: job.ended.then((ending) => sentUpload(ending)), stop: () => job.stop() };
}

function sentUpload({ result, failure, refusal, why }: FinishedUpload): SentUpload {
  const { as, id, size } = result;
  if (failure === null && as !== undefined && id !== null) return { kind: "stored", name: as, id, size: size ?? 0 };
  return refused(statusOf(refusal), why ?? say("it failed"));
}

function statusOf(refusal: FinishedUpload["refusal"]): UploadRefusal["status"] {
  switch (refusal) {
    case "replaced":
      return 412;
    case "unwritable":
      return 507;
    case "key":
      return 403;
    default:
      return 503;
  }
}
