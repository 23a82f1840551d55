import type { Identity } from "../../../src/keys/identity.ts";
import type { Role } from "../../../src/protocol/messages/session.ts";
import type { Conversation, Step } from "../inputs/conversation.ts";
import type { Material } from "../inputs/draft.ts";
import { allFrames, framesFor, largestFrames, type Recorded } from "../inputs/recorded.ts";
import type { Scratch } from "../world/scratch.ts";
import { CentralTarget } from "./central.ts";
import { CentralLinkTarget } from "./central-link.ts";
import { ClientTarget } from "./client.ts";
import { DecoderTarget } from "./decoder.ts";
import { DownloadTarget } from "./download.ts";
import { PieceServerTarget } from "./piece-server.ts";
import { SmallFilesTarget } from "./small-files.ts";
import type { Target } from "./target.ts";
import { UploadsTarget } from "./uploads.ts";

const IDENTITIES: readonly Identity[] = [
  { role: "central" },
  { role: "secondary", number: 1 },
  { role: "secondary", number: 2 },
  { role: "client", name: "ana", rights: "read" },
  { role: "client", name: "root", rights: "admin" },
];

/** Frames of an excerpt: the decoder has no state that is older than a frame. */
const EXCERPT_STEPS = 3;
/** Bytes of a payload there: what is in it does not matter to the decoder. */
const EXCERPT_PAYLOAD = 100;

function excerpts({ steps, ...roles }: Conversation): Conversation[] {
  const short = steps.map(withShortPayload);
  return short.map((_, index) => ({ ...roles, steps: short.slice(index, index + EXCERPT_STEPS) }));
}

function withShortPayload(step: Step): Step {
  const { header, payload } = step;
  if (payload.length <= EXCERPT_PAYLOAD || typeof header !== "object") return step;
  return {
    ...step,
    header: { ...header, payload: EXCERPT_PAYLOAD },
    payload: payload.subarray(0, EXCERPT_PAYLOAD),
  };
}

function isUpload({ steps }: Conversation): boolean {
  return steps.some(
    ({ header }) => typeof header === "object" && header !== null && "type" in header && header.type === "put",
  );
}

/** All targets in this process, with what inputs for each are made of. The same for the same seed. */
export function targetsInProcess(scratch: Scratch, recorded: Recorded, seed: number): Target[] {
  const foreign = allFrames(seed);
  const material = (from: readonly Role[], to: Role, identities: readonly Identity[] = []): Material => ({
    conversations: from.flatMap((role) => recorded.get(`${role} to ${to}`) ?? []),
    frames: new Map(from.map((role) => [role, framesFor(role, to, seed)])),
    foreign,
    largest: from.flatMap((role) => largestFrames(role, to)),
    identities,
  });
  const all: Material = {
    conversations: [...recorded.values()].flat().flatMap(excerpts),
    frames: new Map(),
    foreign,
    largest: largestFrames("central", "secondary"),
    identities: [],
  };
  const clients = material(["client"], "secondary", IDENTITIES);
  return [
    new DecoderTarget(all),
    new CentralTarget(material(["client", "secondary"], "central", IDENTITIES)),
    new PieceServerTarget(material(["client", "secondary"], "secondary", IDENTITIES), scratch),
    new CentralLinkTarget(material(["central"], "secondary")),
    new ClientTarget(material(["central"], "client"), scratch),
    new DownloadTarget(material(["secondary"], "client"), scratch),
    new SmallFilesTarget(material(["secondary"], "secondary"), scratch),
    new UploadsTarget({ ...clients, conversations: clients.conversations.filter(isUpload) }, scratch),
  ];
}
