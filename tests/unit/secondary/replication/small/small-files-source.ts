import type { Channel } from "../../../../../src/net/session/channel.ts";
import { openChannel } from "../../../../../src/net/session/open-channel.ts";
import { hex } from "../../../../../src/platform/hash.ts";
import type { Message } from "../../../../../src/protocol/messages/messages.ts";
import { DATA_HEARTBEAT } from "../../../../../src/protocol/timing.ts";
import type { FakeClock } from "../../../../support/fake-clock.ts";
import type { FakeNetwork } from "../../../../support/fake-network.ts";
import type { Content } from "../../../transfer/content.ts";

const ID_BYTES = 32;

/** A secondary in memory that gives whole small files, or is there and gives nothing. */
export class SmallFilesSource {
  readonly address: { number: number; host: string; port: number; partial: boolean };
  /** Lists of files that it was asked for. */
  requests = 0;
  private readonly byId: ReadonlyMap<string, Content>;

  constructor(
    private readonly clock: FakeClock,
    network: FakeNetwork,
    number: number,
    files: readonly Content[],
    private readonly behaviour: "answers" | "is silent" | "sends wrong bytes" | "refuses",
  ) {
    this.address = { number, host: `s${number}`, port: 50_000 + number, partial: false };
    this.byId = new Map(files.map((file) => [file.version.id, file]));
    network.listen(this.address, (socket) => {
      const channel: Channel = openChannel(
        socket,
        { clock: this.clock, role: "secondary", side: "accepts", heartbeat: DATA_HEARTBEAT },
        {
          greeted() {},
          message: (message, payload) => this.received(channel, message, payload),
          closed() {},
        },
      );
      return channel.socketEvents;
    });
  }

  private received(channel: Channel, message: Message, payload: Uint8Array): void {
    if (message.type !== "files") return;
    this.requests += 1;
    const { request } = message;
    if (this.behaviour === "is silent") return;
    if (this.behaviour === "refuses") return channel.send({ type: "refusal", request, code: "busy", message: "" });
    const files = Array.from({ length: payload.length / ID_BYTES }, (_, index) => {
      const { bytes } = this.byId.get(hex(payload.subarray(index * ID_BYTES, (index + 1) * ID_BYTES))) ?? {};
      return bytes ?? Buffer.alloc(0);
    });
    const bytes = Buffer.concat(files);
    if (this.behaviour === "sends wrong bytes") bytes.fill(0);
    channel.send({ type: "contents", request, sizes: files.map(({ length }) => length), payload: bytes.length }, bytes);
  }
}
