import type { Clock } from "../platform/clock.ts";
import { PeerError } from "../protocol/errors.ts";
import type { Message, Messages } from "../protocol/messages/messages.ts";
import { unwired } from "../protocol/said.ts";
import { say } from "../sentences/sentence.ts";
import { CentralUnreachable } from "./central-errors.ts";

/** Milliseconds in which the central answers a request: it reads from memory, so more is a central in trouble. */
const ANSWER_TIMEOUT_MS = 10_000;

/** What the central answers requests with. */
export type CentralAnswer = Messages[
  | "listing"
  | "state"
  | "tallied"
  | "known"
  | "revoked"
  | "carried-out"
  | "kept-listing"
  | "placed"];

interface PendingRequest {
  resolve(answer: CentralAnswer): void;
  reject(error: Error): void;
}

/** The requests to the central that are not answered yet, by their numbers. Each is answered, refused or given up once. */
export class PendingRequests {
  private readonly requests = new Map<number, PendingRequest>();
  private lastRequest = 0;

  /** `central`: its address, for people. */
  constructor(
    private readonly clock: Clock,
    private readonly central: string,
  ) {}

  /**
   * Sends the message that `make` makes of a new number. Resolves with the answer of the given type. Rejects with
   * {@link PeerError} when the central refuses, and with {@link CentralUnreachable} when it does not answer within
   * `timeout` milliseconds.
   */
  send<Type extends CentralAnswer["type"]>(
    type: Type,
    make: (request: number) => Message,
    send: (message: Message) => void,
    timeout = ANSWER_TIMEOUT_MS,
  ): Promise<Extract<CentralAnswer, { type: Type }>> {
    this.lastRequest += 1;
    const request = this.lastRequest;
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.clock.after(timeout, () => {
        this.requests
          .get(request)
          ?.reject(new CentralUnreachable(say("the central {address} does not answer", { address: this.central })));
      });
      const end = () => {
        cancelTimeout();
        this.requests.delete(request);
      };
      this.requests.set(request, {
        resolve(answer) {
          end();
          if (hasType(answer, type)) resolve(answer);
          else reject(new CentralUnreachable(say("the central gave another answer")));
        },
        reject(error) {
          end();
          reject(error);
        },
      });
      send(make(request));
    });
  }

  answered(answer: CentralAnswer): void {
    this.requests.get(answer.request)?.resolve(answer);
  }

  refused(refusal: Messages["refusal"]): void {
    this.requests.get(refusal.request)?.reject(new PeerError(refusal.code, unwired(refusal)));
  }

  rejectAll(error: Error): void {
    for (const request of [...this.requests.values()]) request.reject(error);
  }
}

function hasType<Type extends CentralAnswer["type"]>(
  answer: CentralAnswer,
  type: Type,
): answer is Extract<CentralAnswer, { type: Type }> {
  return answer.type === type;
}
