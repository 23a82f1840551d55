import type { Channel } from "../../src/net/session/channel.ts";
import { openChannel } from "../../src/net/session/open-channel.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemRandom, uniqueId } from "../../src/platform/random.ts";
import type { Message, Messages, MessageType } from "../../src/protocol/messages/messages.ts";
import { CENTRAL_HEARTBEAT } from "../../src/protocol/timing.ts";
import type { Told } from "../../src/sentences/sentence.ts";
import { serveLoad } from "./load.ts";

export type QuestionsRequest =
  | { readonly kind: "connect"; readonly port: number }
  /** Asks for a page of the list and for a download of each name, one question after the other. */
  | { readonly kind: "names"; readonly names: readonly string[] }
  /** Asks for all pages of the list. */
  | { readonly kind: "whole" };

export interface QuestionsReply {
  /** Milliseconds until each page came. */
  readonly list: readonly number[];
  /** Milliseconds until each download was granted. */
  readonly get: readonly number[];
  /** Files in the pages. */
  readonly files: number;
}

/** Milliseconds between two questions about names. */
const PAUSE = 5;

/** A client that asks one thing at a time. */
class Asker {
  private waiting: { type: MessageType; answer(message: Message): void; fail(error: Error): void } | null = null;

  private constructor(private readonly channel: () => Channel) {}

  static async connect(port: number): Promise<Asker> {
    let channel: Channel | null = null;
    const greeted = new Promise<Asker>((resolve, reject) => {
      const asker = new Asker(() => {
        if (!channel) throw new Error("not connected");
        return channel;
      });
      const handler = {
        greeted: () => resolve(asker),
        message: (message: Message) => asker.received(message),
        closed: ({ message }: { message: Told }) => {
          reject(new Error(String(message)));
          asker.waiting?.fail(new Error(String(message)));
        },
      };
      tcpNetwork(systemClock)
        .connect(
          { host: "127.0.0.1", port },
          (socket) => {
            const expected = { role: "central", address: { host: "127.0.0.1", port } } as const;
            const options = {
              clock: systemClock,
              role: "client",
              side: "connects",
              heartbeat: CENTRAL_HEARTBEAT,
              expected,
            } as const;
            channel = openChannel(socket, options, handler);
            return channel.socketEvents;
          },
          { role: "central" },
        )
        .catch(reject);
    });
    const asker = await greeted;
    await asker.ask({ type: "enter", name: "asker" }, "entered");
    asker.channel().markJoined();
    return asker;
  }

  /** Sends a message and resolves to the answer, and the milliseconds that it took. */
  async ask<Type extends MessageType>(
    message: Message,
    type: Type,
  ): Promise<{ answer: Messages[Type]; milliseconds: number }> {
    const began = performance.now();
    const answer = await new Promise<Message>((resolve, reject) => {
      this.waiting = { type, answer: resolve, fail: reject };
      this.channel().send(message);
    });
    return { answer: answer as Messages[Type], milliseconds: performance.now() - began };
  }

  private received(message: Message): void {
    const { waiting } = this;
    if (message.type === waiting?.type) {
      this.waiting = null;
      waiting.answer(message);
    } else if (message.type === "denied" || message.type === "refusal") waiting?.fail(new Error(message.message));
  }
}

let asker: Asker;

async function askNames(names: readonly string[]): Promise<QuestionsReply> {
  const list: number[] = [];
  const get: number[] = [];
  let files = 0;
  for (const name of names) {
    await Bun.sleep(PAUSE);
    const page = await asker.ask({ type: "list", request: list.length, after: name }, "listing");
    files += page.answer.files.length;
    list.push(page.milliseconds);
    await Bun.sleep(PAUSE);
    const download = uniqueId(systemRandom);
    const granted = await asker.ask({ type: "download", download, name, running: null }, "granted");
    get.push(granted.milliseconds);
    const { id } = granted.answer;
    const report = { download, client: "asker", name, id, outcome: "cancelled" as const, sources: [] };
    await asker.ask({ type: "finish", report }, "counted");
  }
  return { list, get, files };
}

async function askWhole(): Promise<QuestionsReply> {
  const list: number[] = [];
  let files = 0;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof asker.ask<"listing">>> = await asker.ask(
      { type: "list", request: list.length, after },
      "listing",
    );
    list.push(page.milliseconds);
    files += page.answer.files.length;
    after = page.answer.more ? (page.answer.files.at(-1)?.name ?? null) : null;
  } while (after !== null);
  return { list, get: [], files };
}

serveLoad<QuestionsRequest, QuestionsReply>(async (request) => {
  switch (request.kind) {
    case "connect":
      asker = await Asker.connect(request.port);
      return { list: [], get: [], files: 0 };
    case "names":
      return askNames(request.names);
    case "whole":
      return askWhole();
  }
});
