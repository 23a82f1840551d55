import type { Message, Messages } from "../../protocol/messages/messages.ts";
import { unwired } from "../../protocol/said.ts";
import { say } from "../../sentences/sentence.ts";
import { SentenceError, toldOf } from "../../sentences/sentence-error.ts";
import { CentralUnreachable } from "../central-errors.ts";
import type { CentralSession } from "../central-session.ts";

/**
 * Milliseconds for an order: hundreds of thousands of files take minutes, and a kept file is read before it is put back.
 * A central that dies meanwhile is noticed within seconds all the same.
 */
const ORDER_TIMEOUT_MS = 3600 * 1000;

type CarriedOut = Messages["carried-out"];

/** What an order is about. */
export type OrderExtent = Pick<CarriedOut, "files" | "bytes" | "names">;

/**
 * What a client has the central do with the files of the cluster. Everything rejects with {@link CentralUnreachable}, with
 * PeerError where the central refuses (`no-such-file`: there is none), or with an Error that says why it was not done.
 */
export class ClusterOrders {
  constructor(private readonly session: Pick<CentralSession, "request" | "currentAttempt">) {}

  /** The files that a name, a folder or a pattern means. */
  async count(what: string): Promise<OrderExtent> {
    await this.session.currentAttempt();
    return this.order((request) => ({ type: "remove-files", request, what, files: null }));
  }

  /** Removes these, if they are still those that were counted. */
  remove(what: string, { files, names }: OrderExtent): Promise<OrderExtent> {
    return this.order((request) => ({
      ...{ type: "remove-files", request, what, files },
      // An older central tells only how many they are.
      ...(names !== undefined && { names }),
    }));
  }

  /** Removes all that was counted, each by the text that means it; gives how many files were removed. */
  async removeAll(counted: Iterable<readonly [what: string, extent: OrderExtent]>): Promise<number> {
    let removed = 0;
    for (const [what, extent] of counted) removed += (await this.remove(what, extent)).files;
    return removed;
  }

  async move(from: string, to: string): Promise<OrderExtent> {
    await this.session.currentAttempt();
    return this.order((request) => ({ type: "move-files", request, from, to }));
  }

  /** Puts the newest kept version of a name back, or the one with this number; gives the secondary that has done it. */
  async restore(name: string, number: number | null): Promise<CarriedOut["number"]> {
    await this.session.currentAttempt();
    return (await this.order((request) => ({ type: "restore-file", request, name, number }))).number;
  }

  /** The versions that are kept, of one name or (null) of all, the latest first. */
  async kept(name: string | null): Promise<Messages["kept-listing"]> {
    await this.session.currentAttempt();
    return this.session.request("kept-listing", (request) => ({ type: "list-kept", request, name }), ORDER_TIMEOUT_MS);
  }

  private async order(make: (request: number) => Message): Promise<CarriedOut> {
    let done: CarriedOut;
    try {
      done = await this.session.request("carried-out", make, ORDER_TIMEOUT_MS);
    } catch (error) {
      if (!(error instanceof CentralUnreachable)) throw error;
      throw new CentralUnreachable(
        say("{reason}; whether the order was carried out is not known", { reason: toldOf(error) }),
      );
    }
    if (done.fault !== null) throw new SentenceError(unwired({ message: done.fault, said: done.said }));
    return done;
  }
}

/** What several come to. */
export function extentOf(extents: readonly OrderExtent[]): OrderExtent {
  const sum = (key: "files" | "bytes") => extents.reduce((all, extent) => all + extent[key], 0);
  return { files: sum("files"), bytes: sum("bytes") };
}
