import { test } from "bun:test";
import fc from "fast-check";
import { AdmissionQueue } from "../../src/central/downloads/admission-queue.ts";

const download = fc.nat(12).map(String);
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("enter"), download, session: fc.nat(4), running: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("finish"), download }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave"), download }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose"), session: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("progress"), download, bytes: fc.nat(2000) }) },
);

/** What the queue should be, in the simplest words. */
class Model {
  active = new Map<string, number>();
  waiting: { download: string; session: number }[] = [];

  leave(left: (download: string, session: number) => boolean): void {
    for (const [id, session] of this.active) if (left(id, session)) this.active.delete(id);
    this.waiting = this.waiting.filter(({ download: id, session }) => !left(id, session));
  }
}

test("as many as may are active, the others wait in order, and every estimate can be shown", () => {
  fc.assert(
    fc.property(fc.nat(3), fc.array(action, { maxLength: 80, size: "max" }), (limit, actions) => {
      const admission = new AdmissionQueue(limit);
      const model = new Model();
      for (const [now, step] of actions.entries()) {
        if ("running" in step) enter(admission, model, limit, step, now);
        else if ("session" in step) {
          admission.releaseSession(step.session);
          model.leave((_, session) => session === step.session);
        } else if ("bytes" in step) admission.progress(step.download, step.bytes, [], now);
        else {
          if (step.kind === "finish") admission.finish(step.download, now);
          else admission.release(step.download);
          model.leave((id) => id === step.download);
        }
        for (const { download: id, session } of admission.promote(now)) {
          if (model.waiting.shift()?.download !== id) throw new Error(`${id} was not next`);
          model.active.set(id, session);
        }
        compare(admission, model, limit, now);
      }
    }),
  );
});

function enter(
  admission: AdmissionQueue,
  model: Model,
  limit: number,
  { download: id, session, running }: { download: string; session: number; running: boolean },
  now: number,
): void {
  const may = admission.admit({ download: id, session, client: "c", name: "f", id: "1", size: 1000 }, running, now);
  const known = model.waiting.find((entry) => entry.download === id);
  if (may !== (model.active.has(id) || running || limit === 0 || model.active.size < limit)) {
    throw new Error(`${id} ${may ? "may" : "may not"} begin`);
  }
  if (may) {
    model.waiting = model.waiting.filter((entry) => entry !== known);
    model.active.set(id, session);
  } else if (known) known.session = session;
  else model.waiting.push({ download: id, session });
}

function compare(admission: AdmissionQueue, model: Model, limit: number, now: number): void {
  const queue = admission.queue(now);
  const order = queue.map(({ entry }) => entry.download).join();
  if (order !== model.waiting.map(({ download: id }) => id).join()) throw new Error(`the queue is ${order}`);
  if (admission.activeCount !== model.active.size) throw new Error(`${admission.activeCount} are active`);
  if (model.waiting.length > 0 && model.active.size < limit) throw new Error("somebody waits beside a free place");
  for (const [index, { entry, position, estimate }] of queue.entries()) {
    if (position !== index + 1) throw new Error(`${entry.download} is told ${position}`);
    if (estimate !== null && !(Number.isSafeInteger(estimate) && estimate >= 0)) throw new Error(`in ${estimate} s`);
    const { position: place, estimate: alone } = admission.positionOf(entry.download, now) ?? {};
    if (place !== position || alone !== estimate) throw new Error("one place, two answers");
  }
}
