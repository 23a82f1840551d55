import { CentralSession } from "../../../../../src/client/central-session.ts";
import type { CentralAnswer } from "../../../../../src/client/pending-requests.ts";
import type { Message } from "../../../../../src/protocol/messages/messages.ts";

/** A client's session with the central that tells an observer which version an upload is to replace. */
export class BaseSession extends CentralSession {
  /** `base`: null where there was none of the name. */
  placed: (base: string | null) => void = () => {};

  override async request<Type extends CentralAnswer["type"]>(
    type: Type,
    make: (request: number) => Message,
    timeout?: number,
  ): Promise<Extract<CentralAnswer, { type: Type }>> {
    const answer = await super.request(type, make, timeout);
    const any: CentralAnswer = answer;
    if (any.type === "placed") this.placed(any.base);
    return answer;
  }
}
