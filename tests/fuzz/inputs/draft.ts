import type { Identity } from "../../../src/keys/identity.ts";
import type { Role } from "../../../src/protocol/messages/session.ts";
import type { SeededRandom } from "../../simulation/world/random.ts";
import { changeBytes, cut } from "./bytes.ts";
import { type Conversation, partOf, type Step } from "./conversation.ts";
import type { Part, Sender } from "./input.ts";
import { changeStep, changeValue } from "./structure.ts";

/** What inputs for a target are made of. */
export interface Material {
  /** What honest peers say to it. */
  readonly conversations: readonly Conversation[];
  /** Valid frames that a peer may send, by its role. */
  readonly frames: ReadonlyMap<Role, readonly Step[]>;
  /** Valid frames of every kind, which most peers may not send: they end a session. */
  readonly foreign: readonly Step[];
  /** Frames that are as large as they may be; they take the time of hundreds of others. */
  readonly largest: readonly Step[];
  /** Who may connect where keys are used; empty: the target connects itself. */
  readonly identities: readonly Identity[];
}

/** Most parts of a sender that some are cut into: each takes a while of the time of its world. */
const MAX_PARTS = 300;
const FOREIGN_CHANCE = 0.05;
const LARGEST_CHANCE = 0.001;
/** Most frames that one change adds. */
const MAX_REPEATED = 40;

/** A sender that says what an honest one says, with some changes; now and then with none. */
export function draftSender(material: Material, random: SeededRandom): Sender {
  const conversation = random.pick(material.conversations);
  let { steps } = conversation;
  for (let count = random.below(Math.min(6, steps.length)); count > 0; count--)
    steps = changeOrder(steps, conversation.from, material, random);
  // Most of these end the session, so that many inputs have none, and go deep.
  for (let count = random.pick([0, 0, 1, 1, 2]); count > 0; count--) steps = replaceOne(steps, random);
  let parts: readonly Part[] = steps.map(partOf);
  for (let count = random.pick([0, 0, 0, 1, 2]); count > 0; count--) parts = changePart(parts, random);
  if (random.chance(0.2)) parts = cutSome(parts, random);
  if (random.chance(0.3)) parts = parts.map(({ bytes }) => ({ bytes, after: 0 }));
  const keyed = material.identities.length > 0 && random.chance(0.4);
  return { role: conversation.from, identity: keyed ? random.pick(material.identities) : null, parts };
}

function cutSome(parts: readonly Part[], random: SeededRandom): Part[] {
  const done: Part[] = [];
  for (const { bytes, after } of parts) {
    const pieces = done.length < MAX_PARTS && bytes.length < MAX_PARTS ? cut(bytes, random) : [bytes];
    done.push(...pieces.map((piece) => ({ bytes: piece, after })));
  }
  return done;
}

/** Frames are left out, repeated, exchanged, put in; most changes leave the greeting as it is. */
function changeOrder(steps: readonly Step[], from: Role, material: Material, random: SeededRandom): Step[] {
  const first = random.chance(0.1) ? 0 : Math.min(2, steps.length);
  const place = first + random.below(steps.length - first + 1);
  const before = steps.slice(0, place);
  const rest = steps.slice(place);
  const [next] = rest;
  switch (random.below(8)) {
    case 0:
      return [...before, ...rest.slice(1)];
    case 1:
      return before;
    case 2:
      return next
        ? [...before, ...new Array<Step>(1 + random.below(random.pick([3, MAX_REPEATED]))).fill(next), ...rest]
        : before;
    case 3:
      return [...before, ...rest.toReversed()];
    case 4:
      return [...before, ...random.pick(material.conversations).steps.slice(random.below(4))];
    case 5:
    case 6: {
      const added = Array.from({ length: 1 + random.below(8) }, () => anyFrame(from, material, random));
      return [...before, ...added, ...rest];
    }
    default:
      return [...before, ...before.slice(first), ...rest];
  }
}

function anyFrame(from: Role, { frames, foreign, largest }: Material, random: SeededRandom): Step {
  if (random.chance(LARGEST_CHANCE)) return random.pick(largest);
  return random.pick(random.chance(FOREIGN_CHANCE) ? foreign : (frames.get(from) ?? foreign));
}

function replaceOne(steps: readonly Step[], random: SeededRandom): readonly Step[] {
  if (steps.length === 0) return steps;
  // The greeting is two frames, and what is wrong in it hides all that comes after it.
  const first = random.chance(0.15) ? 0 : Math.min(2, steps.length - 1);
  const place = first + random.below(steps.length - first);
  return steps.map((step, index) => {
    if (index !== place) return step;
    return random.chance(0.5) ? changeStep(step, random) : { ...step, header: changeValue(step.header, random) };
  });
}

function changePart(parts: readonly Part[], random: SeededRandom): readonly Part[] {
  if (parts.length === 0) return [{ bytes: random.bytes(random.below(100)), after: 0 }];
  const place = random.below(parts.length);
  const other = random.pick(parts).bytes;
  return parts.map((part, index) =>
    index === place ? { ...part, bytes: changeBytes(part.bytes, other, random) } : part,
  );
}
